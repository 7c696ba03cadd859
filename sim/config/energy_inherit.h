#pragma once
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"
#include "sim/energy/energy_table.h"

namespace systole {

/// The key that names another table.
inline constexpr const char* kInherit = "inherit";

/// An energy table's file in which every price that it lacks stands as the table it inherits from has it, and
/// so on down the chain. `name` and `summary` are never inherited. Throws UserError about a table that is not
/// there, one that inherits from itself, or one whose unit is another.
YamlNode read_energy_tree(const std::string& path);

/// Which prices of the tree came from which other table; a section of which everything came from one is named
/// as a whole.
std::vector<InheritedPrices> inherited_prices(const YamlNode& root);

}  // namespace systole
