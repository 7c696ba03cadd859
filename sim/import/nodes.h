#pragma once
// Builds the trees that importers make.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

YamlNode map_at(const Where& where);
YamlNode list_at(const Where& where, const std::vector<YamlNode>& items);
/// A number, a word of ours or a truth value.
YamlNode word_at(const Where& where, const std::string& text);
YamlNode number_at(const Where& where, uint64_t value);
/// A text of the user's, written in quotes: no name turns into a number.
YamlNode text_at(const Where& where, const std::string& text);

/// Appends the key. Its place is that of the value.
void add(YamlNode& map, const char* key, YamlNode value);

/// An integer from 1 to 2^24, the limit of all sizes of a layer, or UserError at the value's place.
uint64_t size_of(const YamlNode& value, const std::string& what);

}  // namespace systole
