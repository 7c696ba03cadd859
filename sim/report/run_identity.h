#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/config/config.h"
#include "sim/energy/energy_table.h"

namespace systole {

/// Of the form of results.json; rises when an older program's file can no longer be read as it stands.
inline constexpr int kResultsVersion = 4;

/// What a run is asked for beside its architecture, workload and prices.
struct RunSettings {
  uint64_t seed = 1;
  bool check = true, fp64 = false;
};

/// Everything that decides the results of a run, in the order of results.json, which begins with it.
nlohmann::ordered_json run_identity(const ArchConfig& arch, const WorkloadConfig& workload,
                                    const EnergyTable& energy, const RunSettings& settings);

/// 16 hexadecimal digits.
std::string hash_of(const nlohmann::ordered_json& identity);

}  // namespace systole
