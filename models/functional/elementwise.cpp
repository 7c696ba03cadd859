#include "models/functional/elementwise.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/compute/format/format.h"
#include "models/result_place.h"

namespace systole {
namespace {

/// Rounded half to even (the default rounding mode), clamped to int8.
int8_t to_int8(float value) {
  const float clamped = std::min(std::max(value, -128.0F), 127.0F);
  return static_cast<int8_t>(std::nearbyintf(clamped));
}

}  // namespace

uint32_t elementwise(const VectorOp& op, uint32_t value, uint32_t bias) {
  if (op.format == Format::fp32) {
    float v, b;
    std::memcpy(&v, &value, sizeof v);
    std::memcpy(&b, &bias, sizeof b);
    if (op.has_bias) v = v + b;
    if (op.has_scale) v = v * op.scale;
    if (op.relu && v < 0) v = 0;  // a NaN stays
    std::memcpy(&value, &v, sizeof v);
    return std::isnan(v) ? kFp32Nan : value;
  }
  if (op.has_bias) value += bias;
  int32_t v = static_cast<int32_t>(value);
  if (op.requantize) v = to_int8(static_cast<float>(v) * op.scale);
  if (op.relu && v < 0) v = 0;
  return static_cast<uint32_t>(v);
}

void run_elementwise(const VectorOp& op, MemoryImage& image) {
  const uint64_t rows = uint64_t{op.source.m[0].size} * op.source.m[1].size * op.source.m[2].size;
  const uint32_t columns = op.source.n.size, bytes = target_bytes(op);
  const uint8_t* biases =
      op.has_bias ? image.at(op.bias_buffer, static_cast<int64_t>(op.bias_base), uint64_t{columns} * 4)
                  : nullptr;
  for (uint64_t m = 0; m < rows; ++m) {
    const int64_t from = op.source.base + m_offset(op.source, m),
                  to = op.target.base + m_offset(op.target, m);
    for (uint32_t n = 0; n < columns; ++n) {
      uint32_t value, bias = 0;
      std::memcpy(&value, image.at(op.source.buffer, from + n_offset(op.source, n), sizeof value),
                  sizeof value);
      if (biases != nullptr) std::memcpy(&bias, biases + std::size_t{n} * sizeof bias, sizeof bias);
      value = elementwise(op, value, bias);
      std::memcpy(image.at(op.target.buffer, to + n_offset(op.target, n), bytes), &value, bytes);
    }
  }
}

}  // namespace systole
