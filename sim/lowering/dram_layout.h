#pragma once
#include "sim/lowering/lowering.h"
#include "sim/mapping/tile_plan.h"

namespace systole {

/// Puts the tensors one after the other; room for partial sums only when the plan spills them. Throws
/// MappingError when they exceed the DRAM's capacity.
DramLayout dram_layout(const TileContext& context, const TilePlan& plan);

}  // namespace systole
