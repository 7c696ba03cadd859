#pragma once
#include <cstdint>
#include <vector>

#include "sim/lanes/rational.h"

namespace systole {

/// Dense, row-major, exact.
struct RationalMatrix {
  uint32_t rows = 0, cols = 0;
  std::vector<Rational> entries;

  RationalMatrix() = default;
  RationalMatrix(uint32_t row_count, uint32_t col_count)
      : rows(row_count), cols(col_count), entries(uint64_t{row_count} * col_count) {}

  Rational& at(uint32_t row, uint32_t col) { return entries[uint64_t{row} * cols + col]; }
  const Rational& at(uint32_t row, uint32_t col) const { return entries[uint64_t{row} * cols + col]; }
};

inline RationalMatrix identity_matrix(uint32_t size) {
  RationalMatrix matrix(size, size);
  for (uint32_t i = 0; i < size; ++i) matrix.at(i, i) = 1;
  return matrix;
}

/// The largest sum of magnitudes in a row: how far the transform can grow the largest element (in two
/// dimensions, its square).
inline Rational largest_absolute_row_sum(const RationalMatrix& matrix) {
  Rational largest;
  for (uint32_t row = 0; row < matrix.rows; ++row) {
    Rational sum;
    for (uint32_t col = 0; col < matrix.cols; ++col) sum = sum + matrix.at(row, col).magnitude();
    if (largest < sum) largest = sum;
  }
  return largest;
}

}  // namespace systole
