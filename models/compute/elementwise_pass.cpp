#include "models/compute/elementwise_pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/compute/format/format.h"

namespace systole {
namespace {

/// Rounded half to even (the default rounding mode), clamped to int8.
int8_t to_int8(float value) {
  const float clamped = std::min(std::max(value, -128.0F), 127.0F);
  return static_cast<int8_t>(std::nearbyintf(clamped));
}

}  // namespace

void ElementwisePass::start(const VectorOp& op) {
  op_ = op;
  columns_ = op.source.n.size;
  elements_ = uint64_t{op.source.m[0].size} * op.source.m[1].size * op.source.m[2].size * columns_;
  read_ = written_ = 0;
  source_.reset();
  bias_.reset();
  target_.reset();
}

uint64_t ElementwisePass::address(const ResultView& view, uint64_t index) const {
  const uint64_t n = index % columns_, m = index / columns_;
  const uint64_t inner = m % view.m[2].size, rest = m / view.m[2].size;
  return static_cast<uint64_t>(view.base + static_cast<int64_t>(rest / view.m[1].size) * view.m[0].stride +
                               static_cast<int64_t>(rest % view.m[1].size) * view.m[1].stride +
                               static_cast<int64_t>(inner) * view.m[2].stride +
                               static_cast<int64_t>(n) * view.n.stride);
}

/// y = relu(scale * (x + bias)), each part optional.
uint32_t ElementwisePass::apply(uint32_t value, uint32_t bias) const {
  if (op_.format == Format::fp32) {
    float v, b;
    std::memcpy(&v, &value, sizeof v);
    std::memcpy(&b, &bias, sizeof b);
    if (op_.has_bias) v = v + b;
    if (op_.has_scale) v = v * op_.scale;
    if (op_.relu && v < 0) v = 0;  // a NaN stays
    std::memcpy(&value, &v, sizeof v);
    return std::isnan(v) ? kFp32Nan : value;
  }
  if (op_.has_bias) value += bias;
  int32_t v = static_cast<int32_t>(value);
  if (op_.requantize) v = to_int8(static_cast<float>(v) * op_.scale);
  if (op_.relu && v < 0) v = 0;
  return static_cast<uint32_t>(v);
}

bool ElementwisePass::write_back(Cycle now) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op_.target.buffer)];
  const uint64_t end = std::min(read_, written_ + lanes_), begin = written_;
  while (written_ < end) {
    const uint64_t to = address(op_.target, written_);
    if (!target_.open(buffer, to, true, Tensor::output, now)) break;
    buffer.count_write(Tensor::output, 0, 1);
    std::memcpy(buffer.bytes() + to, &held_[written_ % held_.size()], op_.requantize ? 1 : sizeof(uint32_t));
    ++written_;
  }
  return written_ != begin;
}

bool ElementwisePass::read_ahead(Cycle now, VectorStats& stats) {
  SramBuffer& buffer = *buffers_[static_cast<int>(op_.source.buffer)];
  SramBuffer& bias_buffer = *buffers_[static_cast<int>(op_.bias_buffer)];
  const uint64_t begin = read_;
  const uint64_t end = std::min({elements_, begin + lanes_, written_ + lanes_});
  while (read_ < end) {
    const uint64_t from = address(op_.source, read_);
    if (!source_.open(buffer, from, false, Tensor::output, now)) break;
    uint32_t value, bias = 0;
    std::memcpy(&value, buffer.bytes() + from, sizeof value);
    if (op_.has_bias) {
      const uint64_t at = op_.bias_base + read_ % columns_ * sizeof bias;
      if (!bias_.open(bias_buffer, at, false, Tensor::bias, now)) break;
      bias_buffer.count_read(Tensor::bias, 0, 1);
      std::memcpy(&bias, bias_buffer.bytes() + at, sizeof bias);
    }
    buffer.count_read(Tensor::output, 0, 1);
    held_[read_ % held_.size()] = apply(value, bias);
    ++read_;
  }
  const uint64_t count = read_ - begin;
  stats.adds += op_.has_bias ? count : 0;
  stats.multiplies += op_.has_scale || op_.requantize ? count : 0;
  stats.other += (op_.relu ? count : 0) + (op_.requantize ? count : 0);  // comparisons and roundings
  return count != 0;
}

bool ElementwisePass::step(Cycle now, VectorStats& stats) {
  // Written first: what was read a cycle ago leaves while the next group comes in.
  const bool wrote = write_back(now);
  return read_ahead(now, stats) || wrote;
}

}  // namespace systole
