#include "sim/import/timeloop/keys.h"

#include <fmt/format.h>

namespace systole {

const YamlNode* find_either(const YamlNode& map, const char* dashed, const char* underscored) {
  const YamlNode* value = map.find(dashed);
  return value != nullptr ? value : map.find(underscored);
}

const YamlNode& need_key(const YamlNode& map, const char* key) {
  const YamlNode* value = map.find(key);
  if (value == nullptr) fail_at(map.where, fmt::format("no key '{}', it is required", key));
  return *value;
}

const std::vector<YamlNode>& items_of(const YamlNode& list, const char* what) {
  if (list.kind != YamlNode::Kind::sequence)
    fail_at(list.where, fmt::format("{}: got {}, legal: a list", what, list.described()));
  return list.items;
}

}  // namespace systole
