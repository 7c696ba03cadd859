#pragma once
#include "sim/lowering/stage/side_tile.h"

namespace systole {

/// What a stage does to its results, in place on the finished tile at `place`: of items[0] = `group` of the
/// block, all that will be stored. Where the bias values lie is the caller's to say.
VectorOp stage_post(const TransformStage& stage, const SideTile& tile, const ItemBlock& block, uint64_t place,
                    uint32_t group);

}  // namespace systole
