#include "sim/report/json_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/config/text.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
/// What is wrong, and where, told from the inside out.
struct Fault {
  std::string path, what;
};
using Misfit = std::optional<Fault>;

Misfit misfit_at(const Json& json, const Json& shape);

/// The same, told from one level above.
Fault below(const std::string& place, Fault fault) {
  const bool is_joined = fault.path.empty() || fault.path.front() == '[';
  fault.path = place + (is_joined ? "" : ".") + fault.path;
  return fault;
}

const char* legal_for(const Json& shape) {
  if (shape.is_object()) return "an object";
  if (shape.is_array()) return "a list";
  if (is_text_or_null(shape)) return "a text or null";
  if (shape.is_string()) return "a text";
  if (shape.is_boolean()) return "true or false";
  if (shape.is_number_integer()) return "a whole number";
  return shape.is_null() ? "a number or null" : "a number";
}

bool has_kind_of(const Json& json, const Json& shape) {
  if (is_text_or_null(shape)) return json.is_string() || json.is_null();
  if (shape.is_null()) return json.is_number() || json.is_null();
  if (shape.is_number_integer()) return json.is_number_unsigned();
  if (shape.is_number()) return json.is_number();
  return json.type() == shape.type();
}

Misfit misfit_of_members(const Json& json, const Json& shape) {
  auto next = json.begin();  // members mostly come in the order of the shape's
  for (auto member = shape.begin(); member != shape.end(); ++member) {
    const std::string& key = member.key();
    const auto found = next != json.end() && next.key() == key ? next : json.find(key);
    if (found == json.end()) return Fault{key, "is missing"};
    if (Misfit fault = misfit_at(*found, *member)) return below(key, std::move(*fault));
    next = std::next(found);
  }
  const auto is_number = [](const Json& member) { return member.is_number(); };
  if (shape.empty() || !std::all_of(shape.begin(), shape.end(), is_number)) return std::nullopt;
  for (auto member = json.begin(); member != json.end(); ++member) {
    if (!is_number(*member)) return Fault{shortened(member.key()), "is no number"};
  }
  return std::nullopt;
}

Misfit misfit_of_elements(const Json& json, const Json& shape) {
  for (size_t i = 0; i < json.size(); ++i) {
    const auto place = [i] { return fmt::format("[{}]", i); };
    if (shape.empty() && json[i].is_structured()) return Fault{place(), "is no number or text"};
    if (shape.empty()) continue;
    if (Misfit fault = misfit_at(json[i], shape.front())) return below(place(), std::move(*fault));
  }
  return std::nullopt;
}

Misfit misfit_at(const Json& json, const Json& shape) {
  if (!has_kind_of(json, shape)) {
    const std::string got = json.is_structured() ? std::string(json.type_name()) : shortened(json.dump());
    return Fault{"", fmt::format("is {}, legal: {}", got, legal_for(shape))};
  }
  if (shape.is_object()) return misfit_of_members(json, shape);
  return shape.is_array() ? misfit_of_elements(json, shape) : std::nullopt;
}

}  // namespace

bool is_text_or_null(const Json& shape) {
  return shape.is_string() && shape.get_ref<const std::string&>() == kTextOrNull;
}

std::optional<std::string> misfit(const Json& json, const Json& shape) {
  const Misfit fault = misfit_at(json, shape);
  if (!fault) return std::nullopt;
  return fmt::format("{} {}", fault->path.empty() ? "it" : fault->path, fault->what);
}

}  // namespace systole
