#include "models/compute/exact/exact_core.h"

#include <algorithm>

#include "models/functional/matmul.h"

namespace systole {

ExactCore::ExactCore(sc_core::sc_module_name name, const ComputeParts& parts, TokenBoard& tokens,
                     AccessOrder& order, MemoryImage& image)
    : ComputeCore(name, parts, tokens, order),
      image_(image),
      input_feeder_("input_feeder", Tensor::input, image),
      weight_feeder_("weight_feeder", Tensor::weight, image),
      array_("pe_array"),
      results_(image) {}

void ExactCore::take_shape(const ArrayShape& shape) {
  array_.configure(shape);
  results_.configure(shape, parts_.accumulators.entries);
}

/// The feeder makes its addresses from what the table says, so a table that says anything else is no table of
/// this operand.
void ExactCore::begin_fold(const MatMulUnderWay& op, const Fold& fold) {
  if (op.matmul.indexing != Indexing::table) return;
  const uint64_t first = fold.k_begin * op.shape.depth;
  const uint64_t count = op.geometry.elements_in(fold.k_begin, fold.k_count);
  const uint64_t at = op.matmul.index_base + first * sizeof(int32_t);
  check_index_table(op.matmul.input, first, count,
                    image_.at(op.matmul.input.buffer, static_cast<int64_t>(at), count * sizeof(int32_t)));
}

void ExactCore::begin_walk(const MatMulUnderWay& op, Side side) {
  const bool streams = op.shape.stationary;
  const std::size_t depth = op.shape.depth,
                    height = op.shape.height() * (streams ? 1 : op.shape.x_blocks * op.shape.warps),
                    width = op.shape.width() * (streams ? 1 : op.shape.y_blocks);
  if (side == Side::x) {
    exact(x_feeder(op)).set_values(op.x_view().buffer, {height * depth, depth, 1, 0});
  } else {
    const Lane fill = arithmetic_of(op.shape.summation, op.shape.formats).fill;
    exact(y_feeder(op)).set_values(op.y_view().buffer, {depth * width, 1, width, fill});
  }
}

void ExactCore::preload_row(const FoldPass& pass, uint32_t row, bool fill) {
  const std::size_t size = std::size_t{pass.shape.depth} * pass.shape.width();
  Lane* to = array_.preload_row(pass.slot, row);
  if (fill) {
    std::fill_n(to, size, arithmetic_of(pass.shape.summation, pass.shape.formats).fill);
  } else {
    std::copy_n(exact(y_feeder(*pass.op)).front(), size, to);
  }
}

void ExactCore::enter(const FoldPass& pass, uint32_t block) {
  const ArrayShape& shape = pass.shape;
  const Lane* x = exact(x_feeder(*pass.op)).front();
  if (shape.stationary) return array_.enter(tau_, x, nullptr, 0);
  const Lane* y = exact(y_feeder(*pass.op)).front();
  if (shape.y_blocks > 1) {
    const std::size_t width = shape.width();
    y_block_.resize(shape.depth * width);
    y += block % shape.y_blocks * width;
    for (std::size_t z = 0; z < shape.depth; ++z, y += shape.y_blocks * width)
      std::copy_n(y, width, y_block_.data() + z * width);
    y = y_block_.data();
  }
  x += std::size_t{block / shape.y_blocks} * shape.height() * shape.depth;
  array_.enter(tau_, x, y, block);
}

void ExactCore::result(const FoldPass& pass, uint64_t index, const ResultVector& vector) {
  const FoldPass::Place place = pass.place_of_result(index);
  const Lane* sums = pass.shape.stationary ? array_.foot(pass.entered + index)
                                           : array_.drained_row(pass.slot, static_cast<uint32_t>(place.row),
                                                                static_cast<uint32_t>(place.block));
  results_.merge(accumulators_, vector, sums);
}

}  // namespace systole
