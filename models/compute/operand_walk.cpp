#include "models/compute/operand_walk.h"

#include <algorithm>

namespace systole {

void OperandWalk::set_operand(const OperandView& view, SramBuffer& buffer, uint32_t depth, bool flatten) {
  view_ = view;
  buffer_ = &buffer;
  depth_ = depth;
  flatten_ = flatten;
  has_bounds_ = view.bound[0].limit != 0 || view.bound[1].limit != 0;
  for (Bound& bound : view_.bound) {
    if (bound.limit == 0) bound = {0, 0, 0, 1};  // always inside
  }
  const NumberFormat& format = traits_of(view.format);
  scaled_ = format.is_block_scaled();
  last_bit_ = format.straddles_words() ? format.bits - 1 : 0;
  rows_per_lane_ = depth * (last_bit_ != 0 ? 2 : 1) + (scaled_ ? 1 : 0);
  k_table_.set(view_, depth, flatten);
}

void OperandWalk::place_lane(uint64_t lane, uint64_t outer, uint64_t middle, uint64_t inner) {
  const std::array<Axis, 3>& axes = view_.lane;
  base_[lane] = view_.base + static_cast<int64_t>(outer) * axes[0].stride +
                static_cast<int64_t>(middle) * axes[1].stride + static_cast<int64_t>(inner) * axes[2].stride;
  y_[lane] = view_.bound[0].origin + static_cast<int32_t>(middle) * view_.bound[0].lane_step;
  x_[lane] = view_.bound[1].origin + static_cast<int32_t>(inner) * view_.bound[1].lane_step;
}

void OperandWalk::place_exponents(uint64_t outer, uint64_t middle, uint64_t inner) {
  exponent_base_.resize(scaled_ ? lane_count_ : 0);
  const std::array<Axis, 3>& axes = view_.lane;
  const std::array<int64_t, 3>& strides = view_.exponents.lane;
  for (int64_t& base : exponent_base_) {
    base = view_.exponents.base + static_cast<int64_t>(outer) * strides[0] +
           static_cast<int64_t>(middle) * strides[1] + static_cast<int64_t>(inner) * strides[2];
    if (++inner == axes[2].size) {
      inner = 0;
      if (++middle == axes[1].size) middle = 0, ++outer;
    }
  }
}

void OperandWalk::place_along_inner() {
  const int32_t step = view_.bound[1].lane_step;
  pitch_ = view_.lane[2].stride;
  for (uint64_t l = 1; l < lane_count_; ++l) {
    base_[l] = base_[0] + static_cast<int64_t>(l) * pitch_;
    y_[l] = y_[0];
    x_[l] = x_[0] + static_cast<int32_t>(l) * step;
  }
  const auto [least_base, most_base] = std::minmax(base_.front(), base_.back());
  const auto [least_x, most_x] = std::minmax(x_.front(), x_.back());
  least_ = {least_base, y_[0], least_x};
  most_ = {most_base, y_[0], most_x};
}

void OperandWalk::place_across_axes(uint64_t outer, uint64_t middle, uint64_t inner) {
  const std::array<Axis, 3>& axes = view_.lane;
  pitch_ = 0;
  least_ = most_ = {base_[0], y_[0], x_[0]};
  for (uint64_t l = 1; l < lane_count_; ++l) {
    if (++inner == axes[2].size) {
      inner = 0;
      if (++middle == axes[1].size) middle = 0, ++outer;
    }
    place_lane(l, outer, middle, inner);
    least_ = {std::min(least_.base, base_[l]), std::min(least_.y, y_[l]), std::min(least_.x, x_[l])};
    most_ = {std::max(most_.base, base_[l]), std::max(most_.y, y_[l]), std::max(most_.x, x_[l])};
  }
}

void OperandWalk::place_lanes(uint64_t begin, uint64_t lanes) {
  lane_count_ = lanes;
  base_.resize(lanes);
  y_.resize(lanes);
  x_.resize(lanes);
  const std::array<Axis, 3>& axes = view_.lane;
  const uint64_t inner = begin % axes[2].size, rest = begin / axes[2].size;
  const uint64_t middle = rest % axes[1].size, outer = rest / axes[1].size;
  place_lane(0, outer, middle, inner);
  if (inner + lanes <= axes[2].size) {
    place_along_inner();
  } else {
    place_across_axes(outer, middle, inner);
  }
  place_exponents(outer, middle, inner);
  const KTable::Extent& k = k_table_.extent();
  lowest_ = least_.base + k.offset_min;
  highest_ = most_.base + k.offset_max + last_bit_;
  for (const int64_t base : exponent_base_) {
    lowest_ = std::min(lowest_, base + k.exponent_min);
    highest_ = std::max(highest_, base + k.exponent_max);
  }
  one_slot_ = lowest_ >= 0 && buffer_->slot_of(static_cast<uint64_t>(lowest())) ==
                                  buffer_->slot_of(static_cast<uint64_t>(highest()));
  bounded_ = has_bounds_ && !(inside(least_.y + k.dy_min, least_.x + k.dx_min) &&
                              inside(most_.y + k.dy_max, most_.x + k.dx_max));
}

void OperandWalk::walk_k(uint64_t begin, uint64_t lanes, uint64_t k_begin, uint64_t k_count) {
  along_k_ = true;
  k_begin_ = k_begin;
  steps_ = k_count_ = k_count;
  lanes_per_step_ = 1;
  place_lanes(begin, lanes);
}

void OperandWalk::walk_lanes(uint64_t lanes, uint32_t lanes_per_step, uint64_t k_begin, uint64_t k_count) {
  along_k_ = false;
  k_begin_ = k_begin;
  k_count_ = k_count;
  lanes_per_step_ = lanes_per_step;
  steps_ = (lanes + lanes_per_step - 1) / lanes_per_step;
  place_lanes(0, lanes);
}

OperandWalk::Row OperandWalk::row_of_lane(uint32_t row) const {
  Row kind;
  if (rows_per_lane_ == depth_) {
    kind.depth = row;
    return kind;
  }
  if (scaled_ && row == 0) {
    kind.kind = RowKind::exponents;
    return kind;
  }
  const uint32_t of_elements = row - (scaled_ ? 1 : 0);
  kind.depth = last_bit_ != 0 ? of_elements / 2 : of_elements;
  if (last_bit_ != 0 && of_elements % 2 != 0) kind.kind = RowKind::ends;
  return kind;
}

OperandWalk::Row OperandWalk::exponents_along_k(uint64_t step, int64_t* out) const {
  const std::size_t at = k_begin_ + step, lanes = lane_count_;
  const KTable::Column& k = k_table_.column(0);
  const int64_t offset = k_table_.exponent_offset(at);
  for (std::size_t l = 0; l < lanes; ++l) {
    const bool there = !bounded_ || inside(y_[l] + k.dy[at], x_[l] + k.dx[at]);
    out[l] = there ? exponent_base_[l] + offset : kPadding;
  }
  return {lanes, lanes, element_latches(), 0, 0, RowKind::exponents};
}

OperandWalk::Row OperandWalk::exponents_along_lanes(uint64_t lane, uint32_t l, int64_t* out) const {
  const KTable::Column& k = k_table_.column(0);
  const std::size_t ports = lane < lane_count_ ? k_count_ : 0;
  for (std::size_t p = 0; p < ports; ++p) {
    const std::size_t at = k_begin_ + p;
    const bool there = !bounded_ || inside(y_[lane] + k.dy[at], x_[lane] + k.dx[at]);
    out[p] = there ? exponent_base_[lane] + k_table_.exponent_offset(at) : kPadding;
  }
  return {ports, k_count_, element_latches() + l * k_count_, l, 0, RowKind::exponents};
}

OperandWalk::Row OperandWalk::addresses_along_k(uint64_t step, uint32_t row_number, int64_t* out) const {
  Row row = row_of_lane(row_number);
  if (row.kind == RowKind::exponents) return exponents_along_k(step, out);
  const KTable::Column& k = k_table_.column(row.depth);
  const std::size_t at = k_begin_ + step, lanes = lane_count_;
  row.ports = row.total = lanes;
  if (k.fill[at] != 0) {
    row.ports = 0;
    return row;
  }
  const int64_t offset = k.offset[at] + (row.kind == RowKind::ends ? last_bit_ : 0);
  const int64_t* base = base_.data();
  if (!bounded_) {
    for (std::size_t l = 0; l < lanes; ++l) out[l] = base[l] + offset;
    return row;
  }
  const int32_t dy = k.dy[at], dx = k.dx[at];
  const int32_t *y = y_.data(), *x = x_.data();
  for (std::size_t l = 0; l < lanes; ++l) out[l] = inside(y[l] + dy, x[l] + dx) ? base[l] + offset : kPadding;
  return row;
}

OperandWalk::Row OperandWalk::addresses_along_lanes(uint64_t step, uint32_t index, int64_t* out) const {
  const uint32_t l = index / rows_per_lane_;
  const uint64_t lane = step * lanes_per_step_ + l;
  Row row = row_of_lane(index % rows_per_lane_);
  if (row.kind == RowKind::exponents) return exponents_along_lanes(lane, l, out);
  const KTable::Column& k = k_table_.column(row.depth);
  row.ports = lane < lane_count_ ? k_count_ : 0;
  row.total = k_count_;
  row.first_latch = l * k_count_;
  row.lane = l;
  // Only the last step of k, or of a tap, may end in fill.
  while (row.ports > 0 && k.fill[k_begin_ + row.ports - 1] != 0) --row.ports;
  if (row.ports == 0) return row;
  const int64_t base = base_[lane] + (row.kind == RowKind::ends ? last_bit_ : 0);
  const int64_t* offset = k.offset.data() + k_begin_;
  if (!bounded_) {
    for (std::size_t p = 0; p < row.ports; ++p) out[p] = base + offset[p];
    return row;
  }
  const int32_t *dy = k.dy.data() + k_begin_, *dx = k.dx.data() + k_begin_, y = y_[lane], x = x_[lane];
  for (std::size_t p = 0; p < row.ports; ++p)
    out[p] = inside(y + dy[p], x + dx[p]) ? base + offset[p] : kPadding;
  return row;
}

OperandWalk::Row OperandWalk::addresses(uint64_t step, uint32_t row, int64_t* out) const {
  return along_k_ ? addresses_along_k(step, row, out) : addresses_along_lanes(step, row, out);
}

uint64_t OperandWalk::run_end(uint64_t step) const {
  if (!along_k_ || scaled_ || last_bit_ != 0) return step;
  const uint64_t element = (k_begin_ + step) * depth_;
  const auto run = std::partition_point(k_table_.runs().begin(), k_table_.runs().end(),
                                        [=](const KTable::Run& r) { return r.first + r.count <= element; });
  if (run == k_table_.runs().end() || run->first > element) return step;
  const uint64_t end = (run->first + run->count) / depth_ - k_begin_;
  return std::max(step, std::min(end, steps_));
}

void OperandWalk::append_key(std::vector<int64_t>& key) const {
  // A shift of all addresses by whole words turns all banks alike, unless the walk crosses slots.
  const int64_t first = base_[0];
  const int64_t flags = along_k_ | one_slot_ << 1 | bounded_ << 2 | flatten_ << 3 | (pitch_ != 0) << 4;
  const auto pair = [](int64_t high, int64_t low) { return high * (int64_t{1} << 32) + low; };
  key.insert(key.end(),
             {flags, one_slot_ ? first % (8 * int64_t{buffer_->word_bytes()}) : first,
              one_slot_ ? first - lowest_ : 0, static_cast<int64_t>(k_begin_), static_cast<int64_t>(k_count_),
              static_cast<int64_t>(lanes_per_step_), static_cast<int64_t>(lane_count_),
              pair(depth_, buffer_->ports()), static_cast<int64_t>(view_.format),
              pair(buffer_->banks(), buffer_->bank_count()),
              pair(static_cast<int64_t>(buffer_->words_per_slot()), buffer_->word_shift()),
              pair(view_.bound[0].limit, view_.bound[1].limit),
              pair(view_.bound[0].k_step, view_.bound[1].k_step), view_.k[0].size, view_.k[0].stride,
              view_.k[1].size, view_.k[1].stride, view_.k[2].size, view_.k[2].stride});
  if (scaled_) {
    const std::array<int64_t, 3>& strides = view_.exponents.k;
    key.insert(key.end(), strides.begin(), strides.end());
    for (const int64_t base : exponent_base_) key.push_back(base - first);
  }
  if (pitch_ != 0) {
    key.push_back(pitch_);
    if (bounded_) key.insert(key.end(), {pair(y_[0], x_[0]), view_.bound[1].lane_step});
    return;
  }
  for (uint64_t l = 1; l < lane_count_; ++l) key.push_back(base_[l] - first);
  if (!bounded_) return;
  for (uint64_t l = 0; l < lane_count_; ++l) key.push_back(pair(y_[l], x_[l]));
}

}  // namespace systole
