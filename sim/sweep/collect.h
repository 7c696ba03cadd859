#pragma once
// From the points on disk to the sweep's own files. They depend on the points alone, not on how these came
// about.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/sweep/points.h"
#include "sim/sweep/sweep_directory.h"

namespace systole {

/// sweep.json: {tool, name, set, objectives, combinations, left_out, identical, points: [{point, status,
/// values, totals, pareto} ...], groups: [{values, pareto, best} ...]}. Points are judged within their group:
/// those that simulate the same layers and are priced alike. Throws UserError about damaged files.
nlohmann::ordered_json sweep_json(const std::string& name, const std::vector<std::string>& objectives,
                                  const SweepPoints& points, const SweepDirectory& directory);

/// Writes sweep.csv, summary.csv and host.csv, a row for each layer of each point that is done.
void write_csv_files(const SweepPoints& points, const SweepDirectory& directory);

}  // namespace systole
