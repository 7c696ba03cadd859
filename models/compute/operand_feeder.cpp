#include "models/compute/operand_feeder.h"

#include <stdexcept>

namespace systole {

OperandFeeder::OperandFeeder(sc_core::sc_module_name name, Tensor tensor) : sc_module(name), tensor_(tensor) {}

void OperandFeeder::set_operand(const OperandView& view, SramBuffer& buffer, Format format, uint32_t depth,
                                bool flatten) {
  view_ = view;
  buffer_ = &buffer;
  load_ = kernels_of(format).load;
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
           static_cast<int64_t>(middle) * view_.lane[1].stride + static_cast<int64_t>(inner) * view_.lane[2].stride;
  p.y = view_.bound[0].origin + static_cast<int32_t>(middle) * view_.bound[0].lane_step;
  p.x = view_.bound[1].origin + static_cast<int32_t>(inner) * view_.bound[1].lane_step;
  return p;
}

void OperandFeeder::walk_k(uint64_t begin, uint64_t lanes, uint64_t k_begin, uint64_t k_count,
                           const BlockLayout& layout) {
  along_k_ = true;
  lane_count_ = lanes;
  lanes_.resize(lanes);
  for (uint64_t l = 0; l < lanes; ++l) lanes_[l] = place(begin + l);
  k_begin_ = k_begin;
  steps_ = k_count;
  layout_ = layout;
  latches_.assign(lanes, kNoWord);
  ring_.assign(kAhead * layout.size, layout.fill);
  head_ = tail_ = 0;
  planned_ = false;
}

void OperandFeeder::walk_lanes(uint64_t lanes, uint32_t lanes_per_step, uint64_t k_begin, uint64_t k_count,
                               const BlockLayout& layout) {
  along_k_ = false;
  lane_count_ = lanes;
  lanes_per_step_ = lanes_per_step;
  k_begin_ = k_begin;
  k_count_ = k_count;
  steps_ = (lanes + lanes_per_step - 1) / lanes_per_step;
  layout_ = layout;
  latches_.assign(k_count * lanes_per_step, kNoWord);
  ring_.assign(kAhead * layout.size, layout.fill);
  head_ = tail_ = 0;
  planned_ = false;
}

void OperandFeeder::plan_port(std::size_t port, const LanePlace& lane, const KElement* elements, Lane* block) {
  for (uint32_t z = 0; z < depth_; ++z, block += layout_.depth_stride) {
    const KElement& k = elements[z];
    if (k.fill) {
      *block = layout_.fill;
      continue;
    }
    if (bounded_ && (static_cast<uint32_t>(lane.y + k.dy) >= static_cast<uint32_t>(view_.bound[0].limit) ||
                     static_cast<uint32_t>(lane.x + k.dx) >= static_cast<uint32_t>(view_.bound[1].limit))) {
      *block = 0;
      continue;
    }
    const uint64_t address = static_cast<uint64_t>(lane.base + k.offset);
    if (address >= buffer_->size()) throw std::logic_error("an operand view reaches beyond its buffer");
    *block = load_(buffer_->bytes() + address);
    ++elements_;
    const uint64_t word = buffer_->word_of(address);
    if (word == latches_[port]) continue;
    latches_[port] = word;
    if (word == shared_word_) continue;
    shared_word_ = word;
    claims_.add(buffer_->bank_of(word));
    ++accesses_;
  }
}

void OperandFeeder::plan() {
  accesses_ = elements_ = 0;
  shared_word_ = kNoWord;
  Lane* block = ring_.data() + tail_ % kAhead * layout_.size;
  if (along_k_) {
    const KElement* elements = k_table_.step(k_begin_ + tail_);
    for (uint64_t l = 0; l < lane_count_; ++l, block += layout_.lane_stride) {
      plan_port(l, lanes_[l], elements, block);
    }
  } else {
    const uint64_t first = tail_ * lanes_per_step_;
    for (uint32_t l = 0; l < lanes_per_step_; ++l) {
      const bool present = first + l < lane_count_;
      const LanePlace lane = present ? place(first + l) : LanePlace{};
      for (uint64_t k = 0; k < k_count_; ++k) {
        const uint64_t port = k * lanes_per_step_ + l;
        Lane* at = block + port * layout_.lane_stride;
        if (present) {
          plan_port(port, lane, k_table_.step(k_begin_ + k), at);
        } else {
          for (uint32_t z = 0; z < depth_; ++z) at[z * layout_.depth_stride] = layout_.fill;
        }
      }
    }
  }
  buffer_->count_read(tensor_, accesses_, elements_);
  planned_ = true;
}

void OperandFeeder::fetch(Cycle now) {
  bool claimed = false;
  while (tail_ < steps_ && tail_ - head_ < kAhead) {
    if (!planned_) plan();
    if (!claims_.settled()) {
      if (claimed) return;  // the banks work for one step a cycle
      claimed = true;
      if (!claims_.claim(*buffer_, now)) return;
    }
    planned_ = false;
    ++tail_;
  }
}

}  // namespace systole
