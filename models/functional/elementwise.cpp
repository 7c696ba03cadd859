#include "models/functional/elementwise.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/number/sum/arithmetic.h"
#include "models/result_place.h"

namespace systole {
namespace {

/// zero_point + scale * sum as the nearest integer, half to even, kept within the output's range. Exact: the
/// product of two significands of 24 and 33 bits fits 64.
int32_t requantized(int64_t sum, float scale, int32_t zero_point, const NumberFormat& output) {
  const auto lowest = static_cast<int64_t>(output.lowest), highest = static_cast<int64_t>(output.highest);
  int exponent;
  const auto significand = static_cast<int64_t>(std::ldexp(std::frexp(scale, &exponent), 24));
  exponent -= 24;  // scale == significand * 2^exponent
  const int64_t product = sum * significand;
  constexpr int64_t kFar = int64_t{1} << 40;  // beyond every format, whatever the zero point
  int64_t rounded;
  if (exponent >= 0) {
    const bool overflows = exponent > 31 || std::abs(product) >= int64_t{1} << 31;
    rounded = product == 0 ? 0
              : overflows  ? (product < 0 ? -kFar : kFar)
                           : product * (int64_t{1} << exponent);
  } else if (exponent < -62) {
    rounded = 0;
  } else {
    const int shift = -exponent;
    const int64_t floor = product >> shift, rest = product - floor * (int64_t{1} << shift),
                  half = int64_t{1} << (shift - 1);
    rounded = floor + (rest > half || (rest == half && floor % 2 != 0) ? 1 : 0);
  }
  return static_cast<int32_t>(std::min(std::max(rounded + zero_point, lowest), highest));
}

/// What a column, or else the pass, multiplies by.
float scale_of(const VectorOp& op, const Lane* column) {
  if (!op.scale_by_column) return op.scale;
  float scale;
  std::memcpy(&scale, column + (op.has_bias ? 1 : 0), sizeof scale);
  return scale;
}

Lane float_element(const VectorOp& op, Lane value, const Lane* column) {
  float v, b;
  std::memcpy(&v, &value, sizeof v);
  if (op.has_bias) {
    std::memcpy(&b, column, sizeof b);
    v = v + b;
  }
  if (op.has_scale) v = v * scale_of(op, column);
  if (op.relu && v < 0) v = 0;  // a NaN stays
  std::memcpy(&value, &v, sizeof v);
  return std::isnan(v) ? kFp32Nan : value;
}

}  // namespace

Lane elementwise(const VectorOp& op, Lane value, const Lane* column) {
  if (traits_of(op.accumulator).is_float()) return float_element(op, value, column);
  const Lane bias = op.has_bias ? *column : 0;
  int32_t v;
  if (op.converts()) {
    const int64_t sum = int64_t{static_cast<int32_t>(value)} + static_cast<int32_t>(bias);
    v = requantized(sum, op.has_scale ? scale_of(op, column) : 1.0F, op.zero_point, traits_of(op.output));
  } else {
    v = static_cast<int32_t>(value + bias);
  }
  if (op.relu && v < op.zero_point) v = op.zero_point;
  return static_cast<Lane>(v);
}

void run_elementwise(const VectorOp& op, MemoryImage& image) {
  const uint64_t rows = uint64_t{op.source.m[0].size} * op.source.m[1].size * op.source.m[2].size;
  const uint32_t columns = op.source.n.size, bytes = target_bytes(op);
  const std::size_t numbers = op.column_numbers(), column_bytes = numbers * sizeof(Lane);
  const uint8_t* of_columns =
      numbers != 0 ? image.at(op.bias_buffer, static_cast<int64_t>(op.bias_base), columns * column_bytes)
                   : nullptr;
  for (uint64_t m = 0; m < rows; ++m) {
    const int64_t from = op.source.base + m_offset(op.source, m),
                  to = op.target.base + m_offset(op.target, m);
    for (uint32_t n = 0; n < columns; ++n) {
      Lane value, column[2] = {};
      std::memcpy(&value, image.at(op.source.buffer, from + n_offset(op.source, n), sizeof value),
                  sizeof value);
      if (numbers != 0) std::memcpy(column, of_columns + n * column_bytes, column_bytes);
      store_element(op, elementwise(op, value, column),
                    image.at(op.target.buffer, to + n_offset(op.target, n), bytes));
    }
  }
}

}  // namespace systole
