#include "sim/lowering/stage/stage_post.h"

namespace systole {

StageSide bias_side(const TransformStage& stage) {
  StageSide side;
  side.tensor = Tensor::bias;
  side.format = wide_format(stage.number());
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

std::vector<Vector> stage_post(const TransformStage& stage, const SideTile& tile, const ItemBlock& block,
                               const PostPlaces& places, uint32_t group) {
  const StagePost& post = stage.post;
  const Format wide = wide_format(stage.number());
  const int64_t pixel = 8 * tile.pixel_bytes(), wide_bits = 32;
  Vector vector;
  vector.program = post.program;
  vector.source_count = post.ops.bias ? 2 : 1;
  LaneView &result = vector.sources[0], &bias = vector.sources[1], &target = vector.targets[0];
  result.buffer = bias.buffer = Space::output;
  result.tensor = Tensor::output;
  result.format = bias.format = wide;
  bias.buffer = places.bias_buffer;
  bias.tensor = Tensor::bias;
  std::vector<Vector> vectors;
  for (const SideTile::Span& rows : tile.row_spans(block)) {
    for (const SideTile::Span& cols : tile.col_spans(block)) {
      result.base = 8 * (static_cast<int64_t>(places.result) + group * tile.outer_bytes(0) +
                         rows.first * tile.row_bytes() + cols.first * tile.pixel_bytes());
      vector.items = {1, block.size[1], rows.count, cols.count, block.size[4]};
      result.stride = {0, 8 * tile.outer_bytes(1), 8 * tile.row_bytes(), pixel, wide_bits};
      bias.base = static_cast<int64_t>(8 * places.bias);
      bias.stride = {0, 0, 0, 0, wide_bits};
      if (post.bias_by_column) {
        vector.items = {1, 1, block.size[1], rows.count, cols.count};
        result.stride = {0, 0, 8 * tile.outer_bytes(1), 8 * tile.row_bytes(), pixel};
        bias.base += int64_t{cols.first} * wide_bits;
      }
      target = result;
      target.format = post.ops.output;
      // Narrowed in place: channels close up, pixels stay where they are.
      if (post.ops.converts() && !post.bias_by_column)
        target.stride[4] = static_cast<int64_t>(target.element_bits());
      vectors.push_back(vector);
    }
  }
  return vectors;
}

}  // namespace systole
