#include "models/compute/operand_feeder.h"

#include <algorithm>
#include <stdexcept>

namespace systole {
namespace {

/// The address of an element, or a negative number where its coordinates leave the stored tile.
struct Inside {
  uint32_t y_limit, x_limit;
  int64_t operator()(int64_t address, int32_t y, int32_t x) const {
    return static_cast<uint32_t>(y) < y_limit && static_cast<uint32_t>(x) < x_limit ? address : -1;
  }
};

}  // namespace

OperandFeeder::OperandFeeder(sc_core::sc_module_name name, Tensor tensor)
    : sc_module(name), tensor_(tensor) {}

void OperandFeeder::PortRow::resize(std::size_t n) {
  base.resize(n);
  y.resize(n);
  x.resize(n);
}

void OperandFeeder::set_operand(const OperandView& view, SramBuffer& buffer, Format format, uint32_t depth,
                                bool flatten) {
  view_ = view;
  buffer_ = &buffer;
  load_ = kernels_of(format).load_ports;
  load_bytes_ = traits_of(format).operand_bytes;
  depth_ = depth;
  bounded_ = view.bound[0].limit != 0 || view.bound[1].limit != 0;
  for (Bound& bound : view_.bound) {
    if (bound.limit == 0) bound = {0, 0, 0, 1};  // always inside
  }
  k_table_.set(view_, depth, flatten);
}

OperandFeeder::LanePlace OperandFeeder::place(uint64_t lane) const {
  const uint64_t inner = lane % view_.lane[2].size, rest = lane / view_.lane[2].size;
  const uint64_t middle = rest % view_.lane[1].size, outer = rest / view_.lane[1].size;
  LanePlace p;
  p.base = view_.base + static_cast<int64_t>(outer) * view_.lane[0].stride +
           static_cast<int64_t>(middle) * view_.lane[1].stride +
           static_cast<int64_t>(inner) * view_.lane[2].stride;
  p.y = view_.bound[0].origin + static_cast<int32_t>(middle) * view_.bound[0].lane_step;
  p.x = view_.bound[1].origin + static_cast<int32_t>(inner) * view_.bound[1].lane_step;
  return p;
}

void OperandFeeder::begin(const BlockLayout& layout, std::size_t ports) {
  layout_ = layout;
  latches_.assign(ports, kNoWord);
  const std::size_t row = std::max<std::size_t>(lane_count_, k_count_);
  addresses_.resize(row);
  words_.resize(row);
  ring_.assign(kAhead * layout.size, layout.fill);
  head_ = tail_ = planned_ = planned_from_ = 0;
  claiming_ = false;
  banks_.clear();
  bank_ends_.clear();
}

void OperandFeeder::walk_k(uint64_t first, uint64_t lanes, uint64_t k_begin, uint64_t k_count,
                           const BlockLayout& layout) {
  along_k_ = true;
  lane_count_ = lanes;
  lanes_.resize(lanes);
  for (uint64_t l = 0; l < lanes; ++l) {
    const LanePlace p = place(first + l);
    lanes_.base[l] = p.base;
    lanes_.y[l] = p.y;
    lanes_.x[l] = p.x;
  }
  k_begin_ = k_begin;
  steps_ = k_count;
  k_count_ = 0;
  begin(layout, lanes);
}

void OperandFeeder::walk_lanes(uint64_t lanes, uint32_t lanes_per_step, uint64_t k_begin, uint64_t k_count,
                               const BlockLayout& layout) {
  along_k_ = false;
  lane_count_ = lanes;
  lanes_per_step_ = lanes_per_step;
  k_begin_ = k_begin;
  k_count_ = k_count;
  steps_ = (lanes + lanes_per_step - 1) / lanes_per_step;
  begin(layout, k_count * lanes_per_step);
}

/// Reads the elements at addresses_[0, ports) into the block and opens the words they lie in.
void OperandFeeder::read_ports(std::size_t ports, uint64_t* latches, Lane* block, std::size_t stride) {
  int64_t highest = 0;
  for (std::size_t p = 0; p < ports; ++p) highest = std::max(highest, addresses_[p]);
  if (static_cast<uint64_t>(highest) + load_bytes_ > buffer_->size()) {
    throw std::logic_error("an operand view reaches beyond its buffer");
  }
  elements_ += load_(buffer_->bytes(), addresses_.data(), ports, block, stride);
  const uint32_t shift = buffer_->word_shift();
  uint64_t changed = 0;
  for (std::size_t p = 0; p < ports; ++p) {
    const uint64_t word = addresses_[p] < 0 ? latches[p] : static_cast<uint64_t>(addresses_[p]) >> shift;
    changed |= word ^ latches[p];
    words_[p] = word;
  }
  if (changed != 0) open_words(ports, latches);
}

void OperandFeeder::open_words(std::size_t ports, uint64_t* latches) {
  for (std::size_t p = 0; p < ports; ++p) {
    const uint64_t word = words_[p];
    if (word == latches[p]) continue;
    latches[p] = word;
    if (word == shared_word_) continue;  // a neighbour opened it in this very step
    shared_word_ = word;
    banks_.push_back(buffer_->bank_of(word));
    ++accesses_;
  }
}

void OperandFeeder::plan_along_k(Lane* block) {
  const uint64_t step = k_begin_ + planned_;
  const std::size_t lanes = lane_count_;
  for (uint32_t z = 0; z < depth_; ++z, block += layout_.depth_stride) {
    const KTable::Column& k = k_table_.column(z);
    if (k.fill[step] != 0) {
      for (std::size_t l = 0; l < lanes; ++l) block[l * layout_.lane_stride] = layout_.fill;
      continue;
    }
    const int64_t offset = k.offset[step];
    if (!bounded_) {
      for (std::size_t l = 0; l < lanes; ++l) addresses_[l] = lanes_.base[l] + offset;
    } else {
      const Inside inside{static_cast<uint32_t>(view_.bound[0].limit),
                          static_cast<uint32_t>(view_.bound[1].limit)};
      const int32_t dy = k.dy[step], dx = k.dx[step];
      for (std::size_t l = 0; l < lanes; ++l) {
        addresses_[l] = inside(lanes_.base[l] + offset, lanes_.y[l] + dy, lanes_.x[l] + dx);
      }
    }
    read_ports(lanes, latches_.data(), block, layout_.lane_stride);
  }
}

void OperandFeeder::plan_along_lanes(Lane* block) {
  const uint64_t first = planned_ * lanes_per_step_;
  const std::size_t port_stride = layout_.lane_stride * lanes_per_step_;
  const Inside inside{static_cast<uint32_t>(view_.bound[0].limit),
                      static_cast<uint32_t>(view_.bound[1].limit)};
  for (uint32_t l = 0; l < lanes_per_step_; ++l, block += layout_.lane_stride) {
    const bool present = first + l < lane_count_;
    const LanePlace lane = present ? place(first + l) : LanePlace{};
    for (uint32_t z = 0; z < depth_; ++z) {
      Lane* at = block + z * layout_.depth_stride;
      const KTable::Column& k = k_table_.column(z);
      // Only the last step of k, or of a tap, may end in fill.
      uint64_t ports = present ? k_count_ : 0;
      while (ports > 0 && k.fill[k_begin_ + ports - 1] != 0) --ports;
      for (uint64_t p = 0; p < ports; ++p) {
        const uint64_t step = k_begin_ + p;
        const int64_t address = lane.base + k.offset[step];
        addresses_[p] = bounded_ ? inside(address, lane.y + k.dy[step], lane.x + k.dx[step]) : address;
      }
      read_ports(ports, latches_.data() + l * k_count_, at, port_stride);
      for (uint64_t p = ports; p < k_count_; ++p) at[p * port_stride] = layout_.fill;
    }
  }
}

void OperandFeeder::plan(Lane* block) {
  accesses_ = elements_ = 0;
  shared_word_ = kNoWord;
  along_k_ ? plan_along_k(block) : plan_along_lanes(block);
  buffer_->count_read(tensor_, accesses_, elements_);
  bank_ends_.push_back(banks_.size());
  ++planned_;
}

void OperandFeeder::take(uint64_t steps, Lane* blocks) {
  for (uint64_t s = 0; s < steps; ++s, blocks += layout_.size) plan(blocks);
}

void OperandFeeder::fetch(Cycle now) {
  bool claimed = false;
  while (tail_ < steps_ && tail_ - head_ < kAhead) {
    if (tail_ == planned_) {
      banks_.clear();
      bank_ends_.clear();
      planned_from_ = tail_;
      plan(ring_.data() + tail_ % kAhead * layout_.size);
    }
    if (!claiming_) {
      const std::size_t i = tail_ - planned_from_, begin = i == 0 ? 0 : bank_ends_[i - 1];
      claims_.assign(banks_.data() + begin, banks_.data() + bank_ends_[i]);
      claiming_ = true;
    }
    if (!claims_.settled()) {
      if (claimed) return;  // the banks work for one step a cycle
      claimed = true;
      if (!claims_.claim(*buffer_, now)) return;
    }
    claiming_ = false;
    ++tail_;
  }
}

}  // namespace systole
