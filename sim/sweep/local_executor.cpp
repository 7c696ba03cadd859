#include "sim/sweep/local_executor.h"

#include <poll.h>

#include <algorithm>
#include <memory>

namespace systole {
namespace {

constexpr int kTickMilliseconds = 100;

struct Running {
  size_t task;
  std::unique_ptr<PointProcess> process;
};

void wait_for_any(const std::vector<Running>& running, std::vector<bool>& readable) {
  std::vector<pollfd> waits;
  for (const Running& one : running) waits.push_back({one.process->descriptor(), POLLIN, 0});
  const int count = ::poll(waits.data(), waits.size(), kTickMilliseconds);
  readable.assign(running.size(), false);
  for (size_t i = 0; count > 0 && i < waits.size(); ++i) readable[i] = waits[i].revents != 0;
}

}  // namespace

void run_locally(size_t count, unsigned jobs, const PointLimits& limits, const ExecutorEvents& events) {
  std::vector<Running> running;
  std::vector<bool> readable;
  for (size_t next = 0; next < count || !running.empty();) {
    while (next < count && running.size() < jobs) {
      const PointTask task = events.task(next);
      running.push_back({next, std::make_unique<PointProcess>(task.arguments, task.input, limits)});
      events.started(next++);
    }
    wait_for_any(running, readable);
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
