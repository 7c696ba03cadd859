#include "models/compute/exact/exact_feeder.h"

#include <algorithm>

namespace systole {

void ExactFeeder::begin() {
  OperandFeeder::begin();
  ring_.assign(kBlocksAhead * layout_.size, layout_.fill);
  latches_.reset(walk_.latches());
  addresses_.resize(std::max(addresses_.size(), walk_.widest_row()));
}

void ExactFeeder::open_words() {
  Lane* block = ring_.data() + at_.tail % kBlocksAhead * layout_.size;
  banks_.clear();
  latches_.begin_step();
  for (uint32_t r = 0; r < walk_.rows_per_step(); ++r) {
    const OperandWalk::Row row = walk_.addresses(at_.tail, r, addresses_.data());
    take(row, block);
    latches_.open(walk_.buffer(), addresses_.data(), row.ports, row.first_latch, banks_);
  }
  walk_.buffer().count_read(tensor_, banks_.size(), 0);
  claims_.add(banks_);
}

/// The row's elements to their places; padding is zero, and places without an element are fill.
void ExactFeeder::take(const OperandWalk::Row& row, Lane* block) {
  const std::size_t stride = layout_.lane_stride * walk_.lanes_per_step();
  Lane* out = block + row.lane * layout_.lane_stride + row.depth * layout_.depth_stride;
  const uint64_t bits = traits_of(walk_.format()).bits;
  for (std::size_t p = 0; p < row.ports; ++p) {
    if (addresses_[p] != OperandWalk::kPadding) image_.at_bits(space_, addresses_[p], bits);
  }
  const uint64_t read =
      traits_of(walk_.format()).load_ports(image_.bytes(space_), addresses_.data(), row.ports, out, stride);
  for (std::size_t p = 0; p < row.ports; ++p) {
    if (addresses_[p] != OperandWalk::kPadding) out[p * stride] -= walk_.zero_point();
  }
  walk_.buffer().count_read(tensor_, 0, read);
  for (std::size_t p = row.ports; p < row.total; ++p) out[p * stride] = layout_.fill;
}

}  // namespace systole
