#pragma once
#include "sim/report/trace/trace.h"

namespace systole {

/// trace.json, in the JSON trace format that ui.perfetto.dev and chrome://tracing open. A cycle is a
/// microsecond of it: readers keep times in whole nanoseconds, which the cycles of most clocks are not.
std::vector<std::string> write_timeline(const TraceOptions& options, const TracedRun& run);

}  // namespace systole
