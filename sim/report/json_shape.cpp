#include "sim/report/json_shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/text.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Misfit = std::optional<std::string>;

Misfit misfit_at(const std::string& path, const Json& json, const Json& shape);

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

const char* legal_for(const Json& shape) {
  if (shape.is_object()) return "an object";
  if (shape.is_array()) return "a list";
  if (shape == kTextOrNull) return "a text or null";
  if (shape.is_string()) return "a text";
  if (shape.is_boolean()) return "true or false";
  if (shape.is_number_integer()) return "a whole number";
  return shape.is_null() ? "a number or null" : "a number";
}

bool has_kind_of(const Json& json, const Json& shape) {
  if (shape == kTextOrNull) return json.is_string() || json.is_null();
  if (shape.is_null()) return json.is_number() || json.is_null();
  if (shape.is_number_integer()) return json.is_number_unsigned();
  if (shape.is_number()) return json.is_number();
  return json.type() == shape.type();
}

Misfit misfit_of_members(const std::string& path, const Json& json, const Json& shape) {
  for (const auto& [key, member] : shape.items()) {
    const std::string at = below(path, key);
    const auto found = json.find(key);
    if (found == json.end()) return at + " is missing";
    if (Misfit other = misfit_at(at, *found, member)) return other;
  }
  const auto is_number = [](const Json& member) { return member.is_number(); };
  if (shape.empty() || !std::all_of(shape.begin(), shape.end(), is_number)) return std::nullopt;
  for (const auto& [key, member] : json.items()) {
    if (!is_number(member)) return below(path, shortened(key)) + " is no number";
  }
  return std::nullopt;
}

Misfit misfit_of_elements(const std::string& path, const Json& json, const Json& shape) {
  for (size_t i = 0; i < json.size(); ++i) {
    const std::string at = fmt::format("{}[{}]", path, i);
    if (shape.empty() && json[i].is_structured()) return at + " is no number or text";
    if (shape.empty()) continue;
    if (Misfit other = misfit_at(at, json[i], shape.front())) return other;
  }
  return std::nullopt;
}

Misfit misfit_at(const std::string& path, const Json& json, const Json& shape) {
  if (!has_kind_of(json, shape)) {
    const std::string got = json.is_structured() ? std::string(json.type_name()) : shortened(json.dump());
    return fmt::format("{} is {}, legal: {}", path.empty() ? "it" : path, got, legal_for(shape));
  }
  if (shape.is_object()) return misfit_of_members(path, json, shape);
  return shape.is_array() ? misfit_of_elements(path, json, shape) : std::nullopt;
}

}  // namespace

Misfit misfit(const Json& json, const Json& shape) { return misfit_at("", json, shape); }

}  // namespace systole
