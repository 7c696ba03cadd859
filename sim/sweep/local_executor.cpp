#include "sim/sweep/local_executor.h"

#include <memory>
#include <vector>

namespace systole {
namespace {

struct Running {
  size_t task;
  std::unique_ptr<PointProcess> process;
};

std::vector<const ChildProcess*> children_of(const std::vector<Running>& running) {
  std::vector<const ChildProcess*> children;
  for (const Running& one : running) children.push_back(&one.process->child());
  return children;
}

}  // namespace

void run_locally(size_t count, unsigned jobs, const PointLimits& limits, const ExecutorEvents& events) {
  std::vector<Running> running;
  for (size_t next = 0; next < count || !running.empty();) {
    while (next < count && running.size() < jobs) {
      running.push_back({next, std::make_unique<PointProcess>(events.work(next), limits)});
      events.started(next++);
    }
    const std::vector<bool> readable = wait_for_any(children_of(running));
    events.tick();
    for (size_t i = running.size(); i-- > 0;) {
      std::optional<PointOutcome> outcome;
      if (readable[i]) outcome = running[i].process->advance();
      if (!outcome) outcome = running[i].process->check_time();
      if (!outcome) continue;
      const size_t task = running[i].task;
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      events.ended(task, *outcome);
    }
  }
}

}  // namespace systole
