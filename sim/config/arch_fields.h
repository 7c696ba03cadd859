#pragma once
#include "sim/config/config.h"
#include "sim/config/fields.h"

namespace systole {

/// The keys of an architecture's YAML.
const Table<ArchConfig>& arch_table();
/// The architecture a document says; `file_name` is its name unless it says another.
ArchConfig arch_of(const YamlNode& root, const std::string& file_name);
/// The key `dram`: a preset by name with overrides, a model with its numbers, or just a name.
Field<ArchConfig> dram_field();
/// `dram: ideal` in its long form, so that single keys can be set on it.
void expand_dram(YamlNode& dram);

}  // namespace systole
