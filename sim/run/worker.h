#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sim/run/plan.h"
#include "sim/run/simulate_layer.h"

namespace systole {

/// Layers that one worker simulates one after the other: equal ones, of which the first is timed.
using LayerGroup = std::vector<size_t>;

/// Why a layer has no results.
struct LayerFailure {
  size_t layer = 0;
  bool is_users = false;  ///< their mistake, not a fault of ours
  std::string what;
};

/// Who hears of a worker's layers: one at a time, from any thread.
struct WorkerEvents {
  std::function<bool(size_t layer)> started;  ///< false: nobody wants to know any more
  std::function<void(size_t layer, LayerReport)> finished;
  std::function<void(LayerFailure)> failed;  ///< and the worker ends
  std::function<void()> tick;                ///< often; may throw Interrupted, which leaves work()
};

/// Elaborates the machine in this process and simulates the groups of layers that `next` gives, until it
/// gives none. A layer is checked while the next one is simulated.
void work(const RunOptions& options, std::vector<PlannedLayer>& layers,
          const std::function<const LayerGroup*()>& next, const WorkerEvents& events);

}  // namespace systole
