#include "models/functional/elementwise.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/number/sum/arithmetic.h"
#include "models/result_place.h"

namespace systole {
namespace {

/// scale * sum as the nearest integer, half to even, kept within the output's range. Exact: the product of
/// two significands of 24 and 33 bits fits 64.
int32_t requantized(int64_t sum, float scale, const NumberFormat& output) {
  const auto lowest = static_cast<int64_t>(output.lowest), highest = static_cast<int64_t>(output.highest);
  int exponent;
  const auto significand = static_cast<int64_t>(std::ldexp(std::frexp(scale, &exponent), 24));
  exponent -= 24;  // scale == significand * 2^exponent
  const int64_t product = sum * significand;
  int64_t rounded;
  if (exponent >= 0) {
    const bool overflows = exponent > 31 || std::abs(product) >= int64_t{1} << 31;
    rounded = product == 0 ? 0 : overflows ? (product < 0 ? lowest : highest) : product << exponent;
  } else if (exponent < -62) {
    rounded = 0;
  } else {
    const int shift = -exponent;
    const int64_t floor = product >> shift, rest = product - (floor << shift),
                  half = int64_t{1} << (shift - 1);
    rounded = floor + (rest > half || (rest == half && floor % 2 != 0) ? 1 : 0);
  }
  return static_cast<int32_t>(std::min(std::max(rounded, lowest), highest));
}

Lane float_element(const VectorOp& op, Lane value, Lane bias) {
  float v, b;
  std::memcpy(&v, &value, sizeof v);
  std::memcpy(&b, &bias, sizeof b);
  if (op.has_bias) v = v + b;
  if (op.has_scale) v = v * op.scale;
  if (op.relu && v < 0) v = 0;  // a NaN stays
  std::memcpy(&value, &v, sizeof v);
  return std::isnan(v) ? kFp32Nan : value;
}

}  // namespace

Lane elementwise(const VectorOp& op, Lane value, Lane bias) {
  if (traits_of(op.accumulator).is_float()) return float_element(op, value, bias);
  int32_t v;
  if (op.converts()) {
    const int64_t sum = int64_t{static_cast<int32_t>(value)} + (op.has_bias ? static_cast<int32_t>(bias) : 0);
    v = requantized(sum, op.has_scale ? op.scale : 1.0F, traits_of(op.output));
  } else {
    v = static_cast<int32_t>(op.has_bias ? value + bias : value);
  }
  if (op.relu && v < 0) v = 0;
  return static_cast<Lane>(v);
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
      Lane value, bias = 0;
      std::memcpy(&value, image.at(op.source.buffer, from + n_offset(op.source, n), sizeof value),
                  sizeof value);
      if (biases != nullptr) std::memcpy(&bias, biases + std::size_t{n} * sizeof bias, sizeof bias);
      store_element(op, elementwise(op, value, bias),
                    image.at(op.target.buffer, to + n_offset(op.target, n), bytes));
    }
  }
}

}  // namespace systole
