#pragma once
#include "sim/config/config.h"
#include "sim/config/yaml_tree.h"

namespace systole {

/// Writes the value under a path of keys, as if the file had said so. Errors about the path are at `where`,
/// about the value at its own place.
void set_key(YamlNode& root, const std::string& path, const Where& where, YamlNode value);
/// Writes the values into the tree, one after the other, as if the file had said so; errors then name
/// `--set`. Of two for one key the last wins; a map that would undo an earlier one for a key in it is
/// refused.
void apply_overrides(YamlNode& root, const std::vector<Override>& overrides);
/// Whether a value for `path` replaces one for `other`: the same key, or a map above it.
bool replaces(const std::string& path, const std::string& other);

}  // namespace systole
