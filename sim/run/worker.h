#pragma once
#include <atomic>
#include <cstddef>
#include <vector>

#include "sim/run/plan.h"

namespace systole {

/// The life of a worker process: elaborates the machine, takes the next layer of `order`, at `next` (shared
/// by all workers), until none is left, and writes messages to `descriptor`:
///     {"started": i}
///     {"finished": i, "results": {...}, "host": {...}, "failure": "..."}
///     {"failed": i, "code": 1|2, "what": "..."}       and nothing after it
/// A layer is checked while the next one is simulated.
void work(const RunOptions& options, std::vector<PlannedLayer>& layers, const std::vector<size_t>& order,
          std::atomic<size_t>& next, int descriptor);

}  // namespace systole
