#pragma once
// What one simulated layer leaves behind, and the one place that spells it as JSON: all other reports read
// that.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/stats.h"
#include "sim/energy/price.h"
#include "sim/lowering/lowering.h"
#include "sim/mapping/bounds.h"
#include "sim/reference/check.h"
#include "sim/reference/fp64.h"
#include "sim/report/rates.h"
#include "sim/workload/layer.h"

namespace systole {

struct LayerResult {
  const Layer& layer;
  std::string algorithm;  ///< that ran
  Dataflow dataflow;
  InnerFormats inner;
  uint64_t macs = 0;
  uint64_t workspace_bytes = 0;
  MachineStats stats;
  LayerBounds bounds;
  EnergyBreakdown energy;
  CheckResult check;
  std::optional<Fp64Error> fp64;
  std::vector<std::string> mapping = {};  ///< as `systole explain` tells it
};

/// One entry of `layers` in results.json: one simulation, whatever `repeat` says; the winner of its layer.
nlohmann::ordered_json to_json(const LayerResult& result, const MachineRates& rates);
/// `energy_pj` of an entry.
nlohmann::ordered_json to_json(const EnergyBreakdown& energy);

}  // namespace systole
