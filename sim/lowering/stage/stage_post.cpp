#include "sim/lowering/stage/stage_post.h"

namespace systole {

VectorOp stage_post(const TransformStage& stage, const SideTile& tile, const ItemBlock& block, uint64_t place,
                    uint32_t group) {
  const StagePost& post = stage.post;
  const StoredAxis rows = stored_axis(stage.target.vertical, block.begin[2], block.size[2]);
  const StoredAxis cols = stored_axis(stage.target.horizontal, block.begin[3], block.size[3]);
  VectorOp op;
  op.format = stage.program->number == LaneNumber::fp32 ? Format::fp32 : Format::int8;
  op.source.base = static_cast<int64_t>(place) + group * tile.outer_pitch(0);
  op.source.m = {Axis{block.size[1], tile.outer_pitch(1)}, Axis{rows.places, tile.row_pitch()},
                 Axis{cols.places, tile.pixel_pitch()}};
  op.source.n = {block.size[4], 4};
  op.target = op.source;
  op.target.n.stride = post.requantize ? 1 : 4;
  op.has_bias = post.bias;
  op.has_scale = post.has_scale;
  op.relu = post.relu;
  op.requantize = post.requantize;
  op.scale = post.scale;
  return op;
}

}  // namespace systole
