#pragma once
// The events of a timeline, one by one, in the JSON trace format.
#include <nlohmann/json.hpp>

#include "sim/report/trace/operation.h"
#include "sim/report/trace/timeline_part.h"
#include "sim/report/trace/trace.h"

namespace systole {

/// The bar over all tracks that tells which layer it is.
nlohmann::ordered_json layer_event(const TracedLayer& layer, const TimelinePart& part, Cycle offset,
                                   const AcceleratorParams& arch);
nlohmann::ordered_json operation_event(const TracedLayer& layer, const Operation& operation, Cycle offset);
/// The counters from `at` on, which stand for `cycles`.
std::vector<nlohmann::ordered_json> counter_events(const CounterBin& bin, uint64_t cycles, Cycle at,
                                                   const TracedRun& run, uint64_t macs_per_cycle);
/// Names the process, and the tracks of which so many lanes are used.
std::vector<nlohmann::ordered_json> name_events(const TracedRun& run,
                                                const std::array<uint32_t, kTrackCount>& lanes);

}  // namespace systole
