#pragma once
#include "sim/lowering/stage/side_tile.h"

namespace systole {

/// Where a transform's bias values lie, as a side of their own.
StageSide bias_side(const TransformStage& stage);
/// The items of that side that a block of results needs.
ItemBlock bias_block(const TransformStage& stage, const ItemBlock& block);

/// Where a finished tile lies in the output buffer, and the bias values of its group.
struct PostPlaces {
  uint64_t result = 0;
  Space bias_buffer = Space::weight;
  uint64_t bias = 0;
};

/// What a stage does to its results, in place on the finished tile: of items[0] = `group` of the block, all
/// that will be stored; one instruction where the axes are windows, else one a block of them.
std::vector<Vector> stage_post(const TransformStage& stage, const SideTile& tile, const ItemBlock& block,
                               const PostPlaces& places, uint32_t group);

}  // namespace systole
