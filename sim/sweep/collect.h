#pragma once
// From the points on disk to the sweep's own files. They depend on the points alone, not on how these came
// about.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/sweep/points.h"
#include "sim/sweep/sweep_directory.h"

namespace systole {

class SweepTables;

/// sweep.json: {tool, name, set, objectives, combinations, left_out, identical, points: [{point, status,
/// values, totals, pareto} ...], groups: [{values, pareto, best} ...]}. Points are judged within their group:
/// those that simulate the same layers and are priced alike. Damaged files count for nothing. What each point
/// that is done has left goes to `tables` too, where there are any.
nlohmann::ordered_json sweep_json(const std::string& name, const std::vector<std::string>& objectives,
                                  const SweepPoints& points, const SweepDirectory& directory,
                                  SweepTables* tables = nullptr);

}  // namespace systole
