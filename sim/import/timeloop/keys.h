#pragma once
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

/// The value of one of two spellings of a key, or null: Timeloop v3 writes data-spaces, v4 data_spaces.
const YamlNode* find_either(const YamlNode& map, const char* dashed, const char* underscored);
/// The map's value, or UserError.
const YamlNode& need_key(const YamlNode& map, const char* key);
/// The values of a list, or UserError; `what` names it.
const std::vector<YamlNode>& items_of(const YamlNode& list, const char* what);

}  // namespace systole
