#include "models/compute/block_datapath.h"

#include <algorithm>

namespace systole {

void BlockDatapath::configure(const ArrayShape& shape, uint32_t slots) {
  shape_ = shape;
  kernel_ = kernels_of(shape.format).block(shape.depth);
  fill_ = traits_of(shape.format).minus_zero;
  stride_ = ceil_div(shape.width(), kBlockLanes) * kBlockLanes;
  x_block_ = std::size_t{shape.rows} * shape.x_lanes * shape.depth;
  x_blocks_.assign(kChunk * x_block_, 0);
  y_blocks_.assign(kChunk * shape.depth * stride_, fill_);
  held_.assign(slots, {});
  results_.assign(slots, {});
}

void BlockDatapath::hold(OperandFeeder& y, const Fold& fold, uint32_t slot) {
  held_[slot].assign(fold.k_count * shape_.depth * stride_, fill_);
  y.take(fold.k_count, held_[slot].data());
}

void BlockDatapath::stream_waves(OperandFeeder& x, const Fold& fold, uint32_t slot) {
  std::vector<Lane>& results = results_[slot];
  results.assign(fold.waves * shape_.x_lanes * stride_, fill_);
  BlockArgs args;
  args.steps = fold.k_count;
  args.depth = shape_.depth;
  args.width = static_cast<uint32_t>(ceil_div(fold.y_count, kBlockLanes) * kBlockLanes);
  args.y = held_[slot].data();
  args.dst_stride = shape_.x_lanes * stride_;
  args.x_row_stride = x_block_;
  args.x_step_stride = std::size_t{shape_.x_lanes} * shape_.depth;
  args.y_step_stride = shape_.depth * stride_;
  args.y_stride = stride_;
  for (uint64_t first = 0; first < fold.waves; first += kChunk) {
    args.rows = std::min(kChunk, fold.waves - first);
    x.take(args.rows, x_blocks_.data());
    for (uint32_t lane = 0; lane < shape_.x_lanes; ++lane) {
      args.dst = results.data() + (first * shape_.x_lanes + lane) * stride_;
      args.x = x_blocks_.data() + lane * shape_.depth;
      kernel_(args);
    }
  }
}

void BlockDatapath::stream_sums(OperandFeeder& x, OperandFeeder& y, const Fold& fold, uint32_t slot,
                                bool fresh) {
  std::vector<Lane>& results = results_[slot];
  if (fresh) results.assign(shape_.rows * shape_.x_lanes * stride_, fill_);
  BlockArgs args;
  args.rows = fold.x_count;
  args.depth = shape_.depth;
  args.width = static_cast<uint32_t>(ceil_div(fold.y_count, kBlockLanes) * kBlockLanes);
  args.dst = results.data();
  args.x = x_blocks_.data();
  args.y = y_blocks_.data();
  args.dst_stride = stride_;
  args.x_row_stride = shape_.depth;
  args.x_step_stride = x_block_;
  args.y_step_stride = shape_.depth * stride_;
  args.y_stride = stride_;
  for (uint64_t first = 0; first < fold.waves; first += kChunk) {
    args.steps = std::min(kChunk, fold.waves - first);
    x.take(args.steps, x_blocks_.data());
    y.take(args.steps, y_blocks_.data());
    kernel_(args);
  }
}

}  // namespace systole
