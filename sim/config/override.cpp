#include "sim/config/override.h"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "sim/config/arch_fields.h"
#include "sim/config/text.h"

namespace systole {
namespace {

std::vector<std::string> split(const Where& where, const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream stream(path + ".");
  for (std::string part; std::getline(stream, part, '.');) {
    if (part.empty()) fail_at(where, "not a path of keys, legal: one such as pe_array.rows");
    parts.push_back(part);
  }
  return parts;
}

/// The value under `key`, made when it is not there yet.
YamlNode& entry_of(YamlNode& map, const std::string& key, const Where& where) {
  if (YamlNode* value = map.find(key)) return *value;
  YamlNode value;
  value.where = where;
  map.entries.push_back({key, where, value});
  return map.entries.back().value;
}

}  // namespace

void set_key(YamlNode& root, const std::string& path, const Where& where, YamlNode value) {
  YamlNode* node = &root;
  for (const std::string& part : split(where, path)) {
    if (node->kind == YamlNode::Kind::null) node->kind = YamlNode::Kind::map;
    if (node->kind != YamlNode::Kind::map) {
      fail_at(where, "no key " + quoted(part) + " under " + node->described() +
                         ", legal: a key of the architecture");
    }
    node = &entry_of(*node, part, where);
    if (part == "dram" && path != "dram") expand_dram(*node);
  }
  *node = std::move(value);
}

bool replaces(const std::string& path, const std::string& other) {
  return other.compare(0, path.size(), path) == 0 &&
         (other.size() == path.size() || other[path.size()] == '.');
}

void apply_overrides(YamlNode& root, const std::vector<Override>& overrides) {
  for (auto one = overrides.begin(); one != overrides.end(); ++one) {
    const Where where{std::make_shared<const std::string>("--set"), 0, 0, one->path};
    for (auto earlier = overrides.begin(); earlier != one; ++earlier) {
      if (earlier->path != one->path && replaces(one->path, earlier->path)) {
        fail_at(where, fmt::format("replaces {} given before it, legal: the map first, then keys in it",
                                   shortened(earlier->path)));
      }
    }
    set_key(root, one->path, where, parse_yaml(one->value, where));
  }
}

}  // namespace systole
