#pragma once
#include <vector>

#include "models/memory/dram/banked/trace_player.h"
#include "models/memory/params.h"

namespace systole {

/// What a trace shows of a memory without banks, in cycles of its clock.
struct UnbankedTraceResult {
  uint64_t cycles = 0;  ///< to the last data, writes included
  uint64_t reads = 0, writes = 0;
  LatencyHistogram read_latency;
};

/// Plays requests in order against a memory of kind fixed or ideal alone, one a cycle as long as no more than
/// `max_outstanding` (0: no limit) are unanswered, nor more than a fixed memory takes.
UnbankedTraceResult play_unbanked_trace(const DramParams& params, const std::vector<TraceRequest>& trace,
                                        uint64_t max_outstanding);

}  // namespace systole
