#pragma once
#include "sim/config/config.h"
#include "sim/config/yaml_tree.h"

namespace systole {

/// Writes the value under a path of keys, as if the file had said so. Errors about the path are at `where`,
/// about the value at its own place.
void set_key(YamlNode& root, const std::string& path, const Where& where, YamlNode value);
/// Writes the override's value into the tree, as if the file had said so; its errors then name `--set`.
void apply_override(YamlNode& root, const Override& override_);

}  // namespace systole
