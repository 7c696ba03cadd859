#pragma once
#include <functional>

#include "sim/sweep/point_process.h"

namespace systole {

struct ExecutorEvents {
  std::function<PointWork(size_t task)> work;  ///< made when its turn comes
  std::function<void(size_t task)> started;
  std::function<void(size_t task, const PointOutcome&)> ended;
  std::function<void()> tick;  ///< at least five times a second; may throw to end everything
};

/// Runs `count` tasks on this machine, `jobs` at a time, in order. No process outlives the call.
void run_locally(size_t count, unsigned jobs, const PointLimits& limits, const ExecutorEvents& events);

}  // namespace systole
