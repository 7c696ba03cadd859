#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/run/plan.h"
#include "sim/run/simulate_layer.h"

namespace systole {

/// A fault of ours: exit code 1.
class InternalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Who wants to know how far the run is.
struct PoolEvents {
  std::function<void(size_t layer)> started, finished;
  std::function<void()> tick;  ///< at least five times a second
};

/// Simulates all layers and returns their reports in layer order: in this process, which then elaborates its
/// machine, where it is `options.is_alone` and one worker is enough; else in min(jobs, distinct layers)
/// forked processes, each with a machine of its own, as each comes free. Must be called before this process
/// elaborates anything. Throws UserError; std::system_error when the system refuses a process; InternalError
/// when a worker fails or dies, naming its layer; Interrupted. No forked worker outlives the call.
std::vector<LayerReport> simulate_layers(const RunOptions& options, std::vector<PlannedLayer>& layers,
                                         const PoolEvents& events);

}  // namespace systole
