#pragma once
#include "models/memory/params.h"
#include "sim/config/fields.h"

namespace systole {

/// The keys of `model: banked`, beside `model` and `clock_mhz`.
Table<DramParams> banked_table();
/// The paths of the timings that the memory has.
std::vector<std::string> timing_keys(const DramTimings& timing);
/// Refuses what no memory can be, and fills in what follows from the rest. `map`: where it was written down.
void settle_banked(const YamlNode& map, DramParams& dram);

}  // namespace systole
