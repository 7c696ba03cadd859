#pragma once
// Small constant linear transforms as lane programs. Each row is evaluated on its own (FormCost's counting
// rules), and each dimension after the other. Inputs come in in the first registers, row-major; outputs go
// out row-major.
#include <cstdint>

#include "models/lane_program.h"
#include "sim/lowering/transform/rational_matrix.h"

namespace systole {

struct LinearOptions {
  LaneNumber number = LaneNumber::fp32;
  /// Sums and scaled terms that rows have in common are made once.
  bool transform_cse = false;
  /// int32: every output is divided by this at the end; the division must be exact.
  int64_t divisor = 1;
};

/// Y = columns * X * rows^T: the columns of X first, then the rows of what that gives. X is columns.cols x
/// rows.cols. With a 1 x 1 identity as one of the two it is a transform in one dimension. int32 needs whole
/// matrices (else std::range_error). A row of zeros alone has no program: std::invalid_argument.
LaneProgram linear_program(const RationalMatrix& columns, const RationalMatrix& rows,
                           const LinearOptions& options);

/// y = matrix * x.
LaneProgram linear_program(const RationalMatrix& matrix, const LinearOptions& options);

}  // namespace systole
