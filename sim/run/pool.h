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

/// Simulates all layers in up to `jobs` forked processes, each with a machine of its own, as each comes
/// free, and returns their reports in layer order. Must be called before this process elaborates anything.
/// Throws UserError; std::system_error when the system refuses a process; InternalError when a worker fails
/// or dies, naming its layer; Interrupted. No worker outlives the call.
std::vector<LayerReport> simulate_in_workers(const RunOptions& options, std::vector<PlannedLayer>& layers,
                                             const PoolEvents& events);

}  // namespace systole
