#include "sim/sweep/variables.h"

#include "sim/config/scalars.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

std::variant<double, std::string> value_of(const std::string& text) {
  if (text == "true" || text == "false") return text == "true" ? 1.0 : 0.0;
  if (const auto real = parse_real(text)) return *real;
  if (const auto bytes = parse_bytes(text)) return static_cast<double>(*bytes);
  if (const auto fraction = parse_fraction(text))
    return static_cast<double>(fraction->num) / static_cast<double>(fraction->den);
  return text;
}

void add(const std::string& path, const Json& value, SweepVariables& variables) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items())
      add(path.empty() ? key : path + "." + key, member, variables);
  } else if (!value.is_null() && !value.is_array()) {
    variables[path] = value_of(value.is_string() ? value.get<std::string>() : value.dump());
  }
}

void add(const std::string& path, const YamlNode& value, SweepVariables& variables) {
  if (value.kind == YamlNode::Kind::map) {
    for (const YamlNode::Entry& entry : value.entries) add(path + "." + entry.key, entry.value, variables);
  } else if (value.kind == YamlNode::Kind::scalar) {
    variables[path] = value_of(value.text);
  }
}

/// A new value for a key ends what was known of it and of the keys below.
void forget(const std::string& path, SweepVariables& variables) {
  variables.erase(path);
  const std::string below = path + ".";
  for (auto it = variables.lower_bound(below); it != variables.end() && it->first.rfind(below, 0) == 0;)
    it = variables.erase(it);
}

}  // namespace

SweepVariables variables_of(const Json& base_arch, const std::vector<const SweepSetting*>& settings) {
  SweepVariables variables;
  add("", base_arch, variables);
  variables.erase("name");
  for (const SweepSetting* setting : settings) {
    forget(setting->key, variables);
    add(setting->key, setting->value, variables);
  }
  return variables;
}

}  // namespace systole
