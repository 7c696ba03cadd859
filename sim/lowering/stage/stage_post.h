#pragma once
#include "sim/lowering/stage/side_tile.h"

namespace systole {

/// Where a transform's bias values lie, as a side of their own.
StageSide bias_side(const TransformStage& stage);
/// The items of that side that a block of results needs.
ItemBlock bias_block(const TransformStage& stage, const ItemBlock& block);

/// What a stage does to its results, in place on the finished tile at `place`: of items[0] = `group` of the
/// block, all that will be stored; one operation where the axes are windows, else one a block of them. A
/// `bias_base` counts from the beginning of the group's bias values in their tile.
std::vector<VectorOp> stage_post(const TransformStage& stage, const SideTile& tile, const ItemBlock& block,
                                 uint64_t place, uint32_t group);

}  // namespace systole
