#pragma once
// Everything about a run that is settled before the machine exists.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/accelerator.h"
#include "sim/config/config.h"
#include "sim/energy/energy_table.h"
#include "sim/lowering/lowering.h"
#include "sim/report/trace/trace_options.h"
#include "sim/workload/problem.h"

namespace systole {

struct RunOptions {
  ArchConfig arch;
  WorkloadConfig workload;
  std::string workload_path;  ///< as error messages name it
  EnergyTable energy;
  uint64_t seed = 1;
  unsigned jobs = 1;
  bool is_alone = false;  ///< the only simulation of this process, which may elaborate its machine itself
  bool check = true;
  bool fp64 = false;                 ///< measure every layer's error against fp64 too
  Values values = Values::computed;  ///< none: nothing to check, dump or show
  /// Prove the order of every program, and time equal layers each on its own to compare them; decides no
  /// result.
  bool audit = false;
  Stepping stepping = Stepping::block;        ///< decides no result, only the host's time
  std::optional<TraceOptions> trace;          ///< decides no result either
  std::optional<std::filesystem::path> dump;  ///< where the layers' arrays are written
  bool show = false;                          ///< the arrays are told as text
  /// For tests of the check: called when a layer's data lie in place, before the first cycle.
  std::function<void(Accelerator&)> tamper;
};

/// Where a layer is in a plan.
struct LayerPlace {
  size_t number = 0;
  std::string name;
};

/// One simulation: a layer by an algorithm.
struct PlannedLayer {
  const Layer& layer;
  const Algorithm* algorithm;
  Problem problem;
  Dataflow dataflow;
  LoweredLayer lowered;
  double setup_seconds = 0;
  std::vector<std::string> mapping = {};  ///< how the layer is mapped and why, a line each
  size_t number = 0;                      ///< in the plan
  /// The first layer of the run with the same plan, where its time is this one's too (equal_layers.h).
  std::optional<LayerPlace> equal = {};
};

/// "layer 'conv1'", and by which algorithm where that was open.
std::string described(const PlannedLayer& planned);

/// A layer whose algorithm is auto or all: every registered algorithm, and why it is not simulated (else
/// empty).
struct PlannedChoice {
  const Layer& layer;
  std::vector<std::pair<std::string, std::string>> declined_by_algorithm;
};

struct RunPlan {
  std::vector<PlannedLayer> layers;  ///< in the workload's order; of a choice, in the registry's
  std::vector<PlannedChoice> choices;
};

/// Lowers every layer, in `jobs` threads, so that all of the user's mistakes show before anything is
/// simulated; equal layers share a plan. Throws the first one's UserError: an algorithm that declines a
/// layer, a mapping that is illegal, tensors larger than the memories; where the algorithm is open, none that
/// takes the layer.
RunPlan plan(const RunOptions& options);

/// The same for one layer and the algorithm it names.
PlannedLayer plan_layer(const RunOptions& options, const Layer& layer);

/// How an algorithm would map a layer, and why, a line each; or why it declines.
struct Explanation {
  std::string algorithm, declined;
  std::vector<std::string> lines;
};

/// By the layer's algorithm or, where that is open, by every one. Throws UserError as plan() does.
std::vector<Explanation> explain_layer(const RunOptions& options, const Layer& layer);

}  // namespace systole
