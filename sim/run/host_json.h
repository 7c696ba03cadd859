#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "models/stats.h"
#include "sim/run/host_time.h"

namespace systole {

/// The entry in host.json of a layer by an algorithm.
nlohmann::ordered_json host_entry(const std::string& name, const std::string& algorithm,
                                  const MachineStats& stats, const HostFigures& host);

/// `totals` of host.json: of what was simulated (`repeat` does not count). `wall_seconds` runs from the first
/// simulated cycle of any layer to the last of any; the entries' helper keys for that are taken out of them.
nlohmann::ordered_json host_totals(nlohmann::ordered_json& layers);

}  // namespace systole
