#pragma once
#include "sim/workload/layer.h"

namespace systole {

/// Has the library reference make what it makes on its first call for a format, which takes much longer than
/// a small layer does: children that are forked from now on have it. Leaves no thread behind.
void warm_up_library(LaneNumber lane);

}  // namespace systole
