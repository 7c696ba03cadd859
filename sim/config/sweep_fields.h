#pragma once
#include "sim/config/fields.h"
#include "sim/config/sweep_file.h"

namespace systole {

/// A sweep as it is read. Each group goes into the product in this order.
struct SweepDraft {
  SweepConfig config;
  std::vector<SweepFactor> subjects;  ///< arch and workload
  std::vector<SweepFactor> axes, zips;
  SweepFactor points;
};

const Table<SweepDraft>& sweep_table();
/// What the schemas of its fields refer to.
Json sweep_definitions();

}  // namespace systole
