#include "sim/lowering/stage/stage_post.h"

namespace systole {

StageSide bias_side(const TransformStage& stage) {
  StageSide side;
  side.tensor = Tensor::bias;
  side.format = wide_format(stage.program->number);
  side.base = stage.post.bias_base;
  side.outer_pitch = {stage.items[4], 0};
  side.vertical = side.horizontal = StageAxis::planes(1, 0, 0);
  if (stage.post.bias_by_column) {
    const StageAxis& columns = stage.target.horizontal;
    side.outer_pitch[0] = columns.extent;
    side.horizontal = StageAxis::blocks(columns.taps, columns.dilation, columns.extent, 1);
  }
  return side;
}

ItemBlock bias_block(const TransformStage& stage, const ItemBlock& block) {
  ItemBlock needed;
  for (const int d : {0, stage.post.bias_by_column ? 3 : 4}) {
    needed.begin[d] = block.begin[d];
    needed.size[d] = block.size[d];
  }
  return needed;
}

std::vector<VectorOp> stage_post(const TransformStage& stage, const SideTile& tile, const ItemBlock& block,
                                 uint64_t place, uint32_t group) {
  const StagePost& post = stage.post;
  VectorOp op;
  op.accumulator = wide_format(stage.program->number);
  op.output = post.output.value_or(op.accumulator);
  op.has_bias = post.bias;
  op.has_scale = post.has_scale;
  op.relu = post.relu;
  op.scale = post.scale;
  std::vector<VectorOp> ops;
  for (const SideTile::Span& rows : tile.row_spans(block)) {
    for (const SideTile::Span& cols : tile.col_spans(block)) {
      op.source.base = static_cast<int64_t>(place) + group * tile.outer_bytes(0) +
                       rows.first * tile.row_bytes() + cols.first * tile.pixel_bytes();
      op.source.m = {Axis{block.size[1], tile.outer_bytes(1)}, Axis{rows.count, tile.row_bytes()},
                     Axis{cols.count, tile.pixel_bytes()}};
      op.source.n = {block.size[4], 4};
      if (post.bias_by_column) {
        op.source.n = {cols.count, tile.pixel_bytes()};
        op.source.m[2] = {};
        op.bias_base = uint64_t{cols.first} * 4;
      }
      op.target = op.source;
      // Narrowed in place: channels close up, pixels stay where they are.
      if (post.output && !post.bias_by_column) op.target.n.stride = traits_of(op.output).bits / 8;
      ops.push_back(op);
    }
  }
  return ops;
}

}  // namespace systole
