// From a path to a tree.
#include <fmt/format.h>

#include "sim/config/text_file.h"
#include "sim/config/yaml_tree.h"

namespace systole {

YamlNode read_yaml_file(const std::string& path) {
  const auto source = std::make_shared<const std::string>(path);
  YamlNode root = parse_yaml(read_text_file(path, {"a YAML file", "YAML"}), {source, 1, 1});
  if (root.kind == YamlNode::Kind::null) fail_at({source}, "is empty, legal: a map of keys to values");
  if (root.kind != YamlNode::Kind::map) {
    fail_at(root.where, fmt::format("the file is {}, legal: a map of keys to values", root.described()));
  }
  return root;
}

}  // namespace systole
