#pragma once
#include <cstdint>

#include "sim/lowering/stage/stage.h"

namespace systole {

/// Runs a transform on an image of DRAM, item by item along the innermost dimension. `absolute`: constants by
/// magnitude, subtractions as additions, and nothing done to the results (fp32 only).
void run_transform(const TransformStage& stage, uint8_t* image, bool absolute);

}  // namespace systole
