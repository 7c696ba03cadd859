#include "models/memory/dram/unbanked_player.h"

#include <algorithm>
#include <deque>

#include "models/memory/dram/timing.h"

namespace systole {

UnbankedTraceResult play_unbanked_trace(const DramParams& params, const std::vector<TraceRequest>& trace,
                                        uint64_t max_outstanding) {
  const auto memory = params.kind == DramKind::ideal ? make_ideal_timing(params) : make_fixed_timing(params);
  memory->reset();
  uint64_t limit = max_outstanding == 0 ? kNever : max_outstanding;
  if (params.kind == DramKind::fixed) limit = std::min<uint64_t>(limit, params.max_outstanding);

  UnbankedTraceResult result;
  std::deque<Cycle> answers;  // of the outstanding, in order
  Cycle now = 0;
  for (const TraceRequest& request : trace) {
    now = std::max(now, request.cycle) + 1;
    while (!answers.empty() && answers.front() < now) answers.pop_front();
    if (answers.size() >= limit) {
      now = answers.front() + 1;  // a place is free from the cycle after an answer on
      while (!answers.empty() && answers.front() < now) answers.pop_front();
    }
    memory->hand_over({0, request.address, params.burst_bytes, request.write}, now);
    const Cycle done = memory->completions().back().done;
    memory->taken().clear();
    memory->completions().clear();
    answers.push_back(done);
    result.cycles = std::max(result.cycles, done);
    ++(request.write ? result.writes : result.reads);
    if (!request.write) result.read_latency.add(done - now);
  }
  return result;
}

}  // namespace systole
