#pragma once
#include "sim/lowering/stage/stage.h"
#include "sim/mapping/bounds.h"

namespace systole {

/// However the stage's items are cut into blocks. Bias values, which are few, are left out.
Bounds stage_bounds(const TransformStage& stage, const AcceleratorParams& arch);
/// However the products are mapped; operands and results lie in DRAM.
Bounds stage_bounds(const ProductStage& stage, const AcceleratorParams& arch, Dataflow dataflow);

}  // namespace systole
