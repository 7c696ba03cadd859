#include "models/compute/block_datapath.h"

#include <algorithm>

#include "models/compute/operand_values.h"

namespace systole {
namespace {

// What is worked on at once: a matter of cache.
constexpr uint64_t kRowsAtOnce = 64, kElementsAtOnce = 256;

}  // namespace

void BlockDatapath::configure(const ArrayShape& shape, uint32_t slots) {
  shape_ = shape;
  kernel_ = kernels_of(shape.format).block(shape.depth);
  fill_ = traits_of(shape.format).minus_zero;
  panels_ = ceil_div(shape.width(), kBlockLanes);
  held_.assign(slots, {});
  results_.assign(slots, {});
}

/// x lane by x lane, the elements of a few steps side by side; y panel by panel, element by element.
void BlockDatapath::work(const OperandWalk& x, const Fold& fold, const Lane* y, Lane* results) {
  const uint64_t steps_at_once = std::max<uint64_t>(1, kElementsAtOnce / shape_.depth);
  const std::size_t x_stride =
      std::min(steps_at_once, fold.k_count) * shape_.depth + 16;  // off powers of two
  x_.resize(kRowsAtOnce * x_stride);
  BlockArgs args;
  args.depth = shape_.depth;
  args.panels = static_cast<uint32_t>(ceil_div(fold.y_count, kBlockLanes));
  args.x = x_.data();
  args.dst_stride = stride();
  args.x_row_stride = x_stride;
  args.y_panel_stride = panel_lanes(fold);
  for (uint64_t lane = 0; lane < fold.x_count; lane += kRowsAtOnce) {
    args.rows = std::min(kRowsAtOnce, fold.x_count - lane);
    args.dst = results + lane * stride();
    for (uint64_t step = 0; step < fold.k_count; step += steps_at_once) {
      args.steps = std::min(steps_at_once, fold.k_count - step);
      const uint64_t first = (fold.k_begin + step) * shape_.depth;
      OperandValues::copy_lanes(x, lane, args.rows, first, first + args.steps * shape_.depth, 0, x_.data(),
                                x_stride);
      args.y = y + step * shape_.depth * kBlockLanes;
      kernel_(args);
    }
  }
}

void BlockDatapath::copy(const OperandWalk& y, const Fold& fold, std::vector<Lane>& panels) const {
  panels.assign(panels_ * panel_lanes(fold), fill_);
  OperandValues::copy_panels(y, fold.k_begin * shape_.depth, (fold.k_begin + fold.k_count) * shape_.depth,
                             fill_, panels.data(), panel_lanes(fold));
}

void BlockDatapath::hold(const OperandWalk& y, const Fold& fold, uint32_t slot) {
  copy(y, fold, held_[slot]);
}

void BlockDatapath::stream_waves(const OperandWalk& x, const Fold& fold, uint32_t slot) {
  std::vector<Lane>& results = results_[slot];
  results.assign(fold.x_count * stride(), fill_);
  work(x, fold, held_[slot].data(), results.data());
}

void BlockDatapath::stream_sums(const OperandWalk& x, const OperandWalk& y, const Fold& fold, uint32_t slot,
                                bool fresh, bool same_y) {
  std::vector<Lane>& results = results_[slot];
  if (fresh) results.assign(fold.x_count * stride(), fill_);
  if (!same_y) copy(y, fold, y_);
  work(x, fold, y_.data(), results.data());
}

}  // namespace systole
