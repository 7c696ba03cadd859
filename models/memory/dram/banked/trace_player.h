#pragma once
#include <cstdint>
#include <vector>

#include "models/memory/dram/banked/channel_stats.h"
#include "models/memory/dram/banked/params.h"

namespace systole {

/// One burst asked for no sooner than after `cycle`.
struct TraceRequest {
  uint64_t address = 0;
  bool write = false;
  uint64_t cycle = 0;
};

struct TraceResult {
  uint64_t cycles = 0;  ///< to the last data on the bus, writes included
  std::vector<ChannelStats> channels;
  ChannelStats total;
};

/// Plays requests in order against the memory alone, one a channel and cycle as long as it takes them and no
/// more than `max_outstanding` (0: no limit) are unanswered.
TraceResult play_trace(const BankedParams& params, const std::vector<TraceRequest>& trace,
                       uint64_t max_outstanding);

}  // namespace systole
