#pragma once
#include "sim/config/config.h"
#include "sim/config/yaml_tree.h"

namespace systole {

/// Writes the override's value into the tree, as if the file had said so; its errors then name `--set`.
void apply_override(YamlNode& root, const Override& override_);

}  // namespace systole
