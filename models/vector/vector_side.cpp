#include "models/vector/vector_side.h"

#include <algorithm>

namespace systole {

void VectorSide::begin(const Vector& vector, const LaneView& view, const VectorBuffers& buffers,
                       uint32_t first_register, uint32_t lanes) {
  view_ = &view;
  buffer_ = buffers[static_cast<int>(view.buffer)];
  places_.begin(vector, view, lanes);
  first_register_ = first_register;
  taps_ = view.tap_count();
  group_ = 0;
  tap_ = run_ = in_run_ = 0;
  port_.reset();
}

void VectorSide::next_group() {
  places_.next();
  ++group_;
  tap_ = run_ = in_run_ = 0;
}

/// All words of the numbers at `address`.
bool VectorSide::open(int64_t address, bool write, Cycle now) {
  for (uint32_t n = 0; n < view_->numbers; ++n) {
    const int64_t at = address + int64_t{n} * view_->element_bits();
    if (!port_.open(*buffer_, static_cast<uint64_t>(at) / 8, write, view_->tensor, now)) return false;
  }
  return true;
}

/// Items of a run, from the one at `address` on, whose numbers all lie in the word that is open.
uint32_t VectorSide::in_word(int64_t address) const {
  const int64_t bits = int64_t{8} * buffer_->word_bytes(), stride = places_.stride();
  const int64_t behind = int64_t{view_->numbers - 1} * view_->element_bits();
  const int64_t left = bits - address % bits - behind;  // for the first number of an item
  return stride <= 0 || left <= 0 ? 1 : static_cast<uint32_t>((left + stride - 1) / stride);
}

/// The item's registers, in simulated time.
void VectorSide::touch(LaneValues& values, uint32_t lane, bool inside, int64_t address, bool write) const {
  for (uint32_t n = 0; n < view_->numbers; ++n) {
    const uint32_t number = first_register_ + tap_ * view_->numbers + n;
    const int64_t at = address + int64_t{n} * view_->element_bits();
    if (write) {
      if (inside) values.write(group_, *view_, number, lane, at);
    } else {
      inside ? values.read(group_, *view_, number, lane, at) : values.read_padding(group_, number, lane);
    }
  }
}

uint32_t VectorSide::open_next(bool write, Cycle now) {
  const LaneRun& run = places_.runs()[run_];
  const LaneTap tap = view_->tap(tap_);
  const uint32_t left = run.count - in_run_;
  if (!places_.inside(run, tap)) return left;
  const int64_t at = run.address + tap.offset + in_run_ * places_.stride();
  return open(at, write, now) ? std::min(left, in_word(at)) : 0;
}

void VectorSide::take(uint32_t items, bool write, LaneValues* values) {
  const LaneRun& run = places_.runs()[run_];
  const LaneTap tap = view_->tap(tap_);
  const bool inside = places_.inside(run, tap);
  const int64_t at = run.address + tap.offset + in_run_ * places_.stride();
  for (uint32_t i = 0; values != nullptr && i < items; ++i)
    touch(*values, run.first + in_run_ + i, inside, at + i * places_.stride(), write);
  const uint64_t elements = inside ? uint64_t{items} * view_->numbers : 0;
  write ? buffer_->count_write(view_->tensor, 0, elements) : buffer_->count_read(view_->tensor, 0, elements);
  in_run_ += items;
  if (in_run_ < run.count) return;
  in_run_ = 0;
  ++run_;
}

}  // namespace systole
