#pragma once
// Everything about a run that is settled before the machine exists.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/accelerator.h"
#include "sim/config/config.h"
#include "sim/energy/energy_table.h"
#include "sim/lowering/lowering.h"
#include "sim/workload/problem.h"

namespace systole {

struct RunOptions {
  ArchConfig arch;
  WorkloadConfig workload;
  std::string workload_path;  ///< as error messages name it
  EnergyTable energy;
  uint64_t seed = 1;
  unsigned jobs = 1;
  bool check = true;
  Stepping stepping = Stepping::block;  ///< decides no result, only the host's time
  /// For tests of the check: called when a layer's data lie in place, before the first cycle.
  std::function<void(Accelerator&)> tamper;
};

struct PlannedLayer {
  const Layer& layer;
  Problem problem;
  Dataflow dataflow;
  LoweredLayer lowered;
  double setup_seconds = 0;
};

/// Lowers every layer, so that all of the user's mistakes show before anything is simulated. Throws
/// UserError: an algorithm that declines a layer, a mapping that is illegal, tensors larger than the
/// memories.
std::vector<PlannedLayer> plan(const RunOptions& options);

/// The same for one layer.
PlannedLayer plan_layer(const RunOptions& options, const Layer& layer);

/// How the layer would be mapped, and why, a line each. Throws UserError as plan_layer() does.
std::vector<std::string> explain_layer(const RunOptions& options, const Layer& layer);

}  // namespace systole
