#pragma once
#include <random>
#include <vector>

#include "models/lane_program.h"
#include "sim/lowering/transform/rational_matrix.h"

namespace systole::test {

/// adds, multiplies, shifts, other.
inline std::vector<int> tally(const LaneProgram& program) {
  std::vector<int> counts(4);
  for (const LaneStep& step : program.steps) {
    const bool add = step.op == LaneOpcode::add || step.op == LaneOpcode::subtract;
    ++counts[add ? 0 : step.op == LaneOpcode::multiply ? 1 : step.op == LaneOpcode::shift ? 2 : 3];
  }
  return counts;
}

inline std::vector<int64_t> random_integers(std::mt19937& random, size_t count, int limit) {
  std::vector<int64_t> all(count);
  for (int64_t& one : all) one = static_cast<int64_t>(random() % (2U * limit + 1)) - limit;
  return all;
}

/// columns * x * rows^T without a program.
template <class T, class Convert>
std::vector<T> plain_transform(const RationalMatrix& columns, const RationalMatrix& rows,
                               const std::vector<T>& x, Convert convert) {
  std::vector<T> y(columns.rows * rows.rows);
  for (uint32_t i = 0; i < columns.rows; ++i)
    for (uint32_t j = 0; j < rows.rows; ++j)
      for (uint32_t a = 0; a < columns.cols; ++a)
        for (uint32_t b = 0; b < rows.cols; ++b)
          y[i * rows.rows + j] = y[i * rows.rows + j] +
                                 convert(columns.at(i, a)) * x[a * rows.cols + b] * convert(rows.at(j, b));
  return y;
}

}  // namespace systole::test
