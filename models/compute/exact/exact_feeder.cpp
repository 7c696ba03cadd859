#include "models/compute/exact/exact_feeder.h"

#include <algorithm>

#include "models/number/block_scale.h"

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
    const bool is_exponents = row.kind == RowKind::exponents;
    if (is_exponents) take_exponents(row);
    if (row.kind == RowKind::elements) take(row, block);
    const std::size_t before = banks_.size();
    latches_.open(walk_.buffer(), addresses_.data(), row.ports, row.first_latch, banks_);
    walk_.buffer().count_read(is_exponents ? exponent_tensor() : tensor_, banks_.size() - before, 0);
  }
  claims_.add(banks_);
}

void ExactFeeder::take_exponents(const OperandWalk::Row& row) {
  scales_.resize(std::max(scales_.size(), row.ports));
  uint64_t read = 0;
  for (std::size_t p = 0; p < row.ports; ++p) {
    if (addresses_[p] == OperandWalk::kPadding) continue;
    scales_[p] = scale_of(*image_.at_bits(space_, addresses_[p], kExponentBits));
    ++read;
  }
  walk_.buffer().count_read(exponent_tensor(), 0, read);
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
    if (addresses_[p] == OperandWalk::kPadding) continue;
    out[p * stride] -= walk_.zero_point();
    if (walk_.is_scaled()) out[p * stride] = scaled(out[p * stride], scales_[p]);
  }
  walk_.buffer().count_read(tensor_, 0, read);
  for (std::size_t p = row.ports; p < row.total; ++p) out[p * stride] = layout_.fill;
}

}  // namespace systole
