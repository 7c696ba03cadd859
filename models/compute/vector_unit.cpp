#include "models/compute/vector_unit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace systole {
namespace {

/// Rounded half to even (the default rounding mode), clamped to int8.
int8_t to_int8(float value) {
  const float clamped = std::min(std::max(value, -128.0F), 127.0F);
  return static_cast<int8_t>(std::nearbyintf(clamped));
}

}  // namespace

VectorUnit::VectorUnit(sc_core::sc_module_name name, const Params& params,
                       const std::array<SramBuffer*, kBufferCount>& buffers, TokenBoard& tokens)
    : sc_module(name),
      params_(params),
      buffers_(buffers),
      tokens_(tokens),
      held_(2 * params.lanes),
      log_(basename()) {}

void VectorUnit::reset() {
  queue.reset();
  active_ = false;
  activity_.reset();
  stats_ = {};
}

VectorStats VectorUnit::finish(Cycle end) {
  stats_.cycles = activity_.finish(end);
  return stats_;
}

uint64_t VectorUnit::address(const ResultView& view, uint64_t index) const {
  const uint64_t n = index % columns_, m = index / columns_;
  const uint64_t inner = m % view.m[2].size, rest = m / view.m[2].size;
  return static_cast<uint64_t>(view.base + static_cast<int64_t>(rest / view.m[1].size) * view.m[0].stride +
                               static_cast<int64_t>(rest % view.m[1].size) * view.m[1].stride +
                               static_cast<int64_t>(inner) * view.m[2].stride +
                               static_cast<int64_t>(n) * view.n.stride);
}

bool VectorUnit::open_word(SramBuffer& buffer, uint64_t at, Cursor& cursor, bool write, Tensor tensor,
                           Cycle now) {
  const uint64_t word = buffer.word_of(at);
  if (word != cursor.word) {
    if (!buffer.try_claim(word, now)) {
      buffer.count_conflict();
      return false;
    }
    cursor.word = word;
    write ? buffer.count_write(tensor, 1, 0) : buffer.count_read(tensor, 1, 0);
  }
  return true;
}

/// y = relu(scale * (x + bias)), each part optional.
uint32_t VectorUnit::apply(uint32_t value, uint32_t bias) {
  if (op_.format == Format::fp32) {
    float v, b;
    std::memcpy(&v, &value, sizeof v);
    std::memcpy(&b, &bias, sizeof b);
    if (op_.has_bias) v = v + b;
    if (op_.has_scale) v = v * op_.scale;
    if (op_.relu && v < 0) v = 0;
    std::memcpy(&value, &v, sizeof v);
    return value;
  }
  if (op_.has_bias) value += bias;
  int32_t v = static_cast<int32_t>(value);
  if (op_.requantize) v = to_int8(static_cast<float>(v) * op_.scale);
  if (op_.relu && v < 0) v = 0;
  return static_cast<uint32_t>(v);
}

bool VectorUnit::start(Cycle now) {
  if (active_ || !queue.can_pop(now) || !tokens_.satisfied(queue.front().wait, now)) return false;
  op_ = std::get<VectorOp>(queue.front().op);
  queue.pop(now);
  columns_ = op_.source.n.size;
  elements_ = uint64_t{op_.source.m[0].size} * op_.source.m[1].size * op_.source.m[2].size * columns_;
  reader_ = bias_reader_ = writer_ = {};
  active_ = true;
  log_.debug(now, "pass over {} elements", elements_);
  return true;
}

bool VectorUnit::write_back(Cycle now) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op_.target.buffer)];
  const uint64_t end = std::min(reader_.index, writer_.index + params_.lanes), begin = writer_.index;
  while (writer_.index < end) {
    const uint64_t to = address(op_.target, writer_.index);
    if (!open_word(buffer, to, writer_, true, Tensor::output, now)) break;
    buffer.count_write(Tensor::output, 0, 1);
    std::memcpy(buffer.bytes() + to, &held_[writer_.index % held_.size()],
                op_.requantize ? 1 : sizeof(uint32_t));
    ++writer_.index;
  }
  return writer_.index != begin;
}

bool VectorUnit::read_ahead(Cycle now) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op_.source.buffer)];
  SramBuffer& bias_buffer = *buffers_[static_cast<int>(op_.bias_buffer)];
  const uint64_t begin = reader_.index;
  const uint64_t end = std::min({elements_, begin + params_.lanes, writer_.index + params_.lanes});
  while (reader_.index < end) {
    const uint64_t from = address(op_.source, reader_.index);
    if (!open_word(buffer, from, reader_, false, Tensor::output, now)) break;
    uint32_t value, bias = 0;
    std::memcpy(&value, buffer.bytes() + from, sizeof value);
    if (op_.has_bias) {
      const uint64_t at = op_.bias_base + reader_.index % columns_ * sizeof bias;
      if (!open_word(bias_buffer, at, bias_reader_, false, Tensor::bias, now)) break;
      bias_buffer.count_read(Tensor::bias, 0, 1);
      std::memcpy(&bias, bias_buffer.bytes() + at, sizeof bias);
    }
    buffer.count_read(Tensor::output, 0, 1);
    held_[reader_.index % held_.size()] = apply(value, bias);
    ++reader_.index;
  }
  const uint64_t done = reader_.index - begin;
  stats_.adds += op_.has_bias ? done : 0;
  stats_.multiplies += op_.has_scale || op_.requantize ? done : 0;
  stats_.other += (op_.relu ? done : 0) + (op_.requantize ? done : 0);  // comparisons and roundings
  return done != 0;
}

Cycle VectorUnit::step(Cycle now) {
  start(now);
  if (!active_) {
    activity_.set(queue.empty() ? Activity::idle : Activity::wait_input, now);
    return kNever;
  }
  // Written first: what was read a cycle ago leaves while the next group comes in.
  const bool progressed = write_back(now) | read_ahead(now);
  activity_.set(progressed ? Activity::busy : Activity::wait_output, now);
  if (writer_.index == elements_) {
    active_ = false;
    tokens_.signal(Event::vector_done, now);
  }
  return now + 1;
}

}  // namespace systole
