#pragma once
// Equal layers of a run: those that one architecture treats alike, whatever they are called and whatever
// numbers they hold.
#include <string>

#include "models/stats.h"
#include "sim/run/plan.h"
#include "sim/words.h"

namespace systole {

/// All of a layer that planning looks at: two layers with the same words have the same plan, program and
/// time. What is left out tells runs and reports apart alone: name, numbers, how often it counts, and by what
/// an algorithm is chosen.
std::vector<int64_t> plan_key(const Layer& layer);

/// Whether a layer's time may be taken from an equal one. Not where each layer's own is shown, where values
/// move in it, or where a test changes them. Counts and times follow from the program alone; those of a
/// machine that looks at values have to be excepted here.
bool times_equal_layers_once(const RunOptions& options);

/// Throws MachineError, naming the layer `first` and what differs, unless `planned` has the same plan and
/// program as that layer and, timed on its own, the same counters.
void compare_equal(const PlannedLayer& planned, const MachineStats& stats, const PlannedLayer& first,
                   const MachineStats& first_stats);

}  // namespace systole
