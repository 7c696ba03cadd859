#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "sim/run/plan.h"

namespace systole {

/// Layers that one worker simulates one after the other: equal ones, of which the first is timed.
using LayerGroup = std::vector<size_t>;

/// The life of a worker process: elaborates the machine, takes the next of the groups, at `next` (shared by
/// all workers), until none is left, and writes messages to `descriptor`:
///     {"started": i}
///     {"finished": i, "results": {...}, "host": {...}, "failure": "..."}
///     {"failed": i, "code": 1|2, "what": "..."}       and nothing after it
/// A layer is checked while the next one is simulated.
void work(const RunOptions& options, std::vector<PlannedLayer>& layers, const std::vector<LayerGroup>& groups,
          std::atomic<size_t>& next, int descriptor);

}  // namespace systole
