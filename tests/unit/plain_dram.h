#pragma once
#include "models/memory/dram/banked/trace_player.h"

namespace systole {

/// Plays a trace as play_trace() does, by a controller that is stepped in every cycle, looks at everything
/// each time and remembers nothing it could look up: slow, and plain enough to be checked by eye.
TraceResult play_trace_plainly(const BankedParams& params, const std::vector<TraceRequest>& trace,
                               uint64_t max_outstanding);

}  // namespace systole
