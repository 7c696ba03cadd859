#pragma once
#include "models/memory/params.h"
#include "sim/config/yaml_tree.h"

namespace systole {

/// Refuses a key that is set beside a preset without those that hold for the preset's value of it alone (as
/// cycles do for its clock), and forgets currents of another device. `own`: what is set beside the preset;
/// `preset`: the memory without it; `dram`: the memory with it.
void check_dependents(const YamlNode& own, const DramParams& preset, DramParams& dram);

}  // namespace systole
