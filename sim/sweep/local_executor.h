#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/sweep/point_process.h"

namespace systole {

/// One point's command line and standard input, made when its turn comes.
struct PointTask {
  std::vector<std::string> arguments;
  std::string input;
};

struct ExecutorEvents {
  std::function<PointTask(size_t task)> task;
  std::function<void(size_t task)> started;
  std::function<void(size_t task, const PointOutcome&)> ended;
  std::function<void()> tick;  ///< at least five times a second; may throw to end everything
};

/// Runs `count` tasks on this machine, `jobs` at a time, in order. No process outlives the call.
void run_locally(size_t count, unsigned jobs, const PointLimits& limits, const ExecutorEvents& events);

}  // namespace systole
