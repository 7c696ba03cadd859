#pragma once
// Matrix products with 7 products of sub-blocks instead of 8, a level: C = A B is
//   inverse(left(A)_i * right(B)_i, i = 0..7^levels-1).
// A matrix is a grid of 2^levels x 2^levels sub-blocks, numbered row-major; a lane works on the same element
// of all of them. Level 1's sums act on the grids of level 2, and so on. Operands that are a sub-block as it
// stands need no step: the program names its input register.
#include <cstdint>

#include "models/lane_program.h"

namespace systole {

/// Additions a level for left, right and inverse: 5 + 5 + 8 in Strassen's form ("Gaussian elimination is not
/// optimal", Numer. Math. 13, 1969), 4 + 4 + 7 in Winograd's (Higham, Accuracy and Stability of Numerical
/// Algorithms, 2nd ed., section 23.1).
enum class StrassenForm : uint8_t { strassen, winograd };

/// 4^levels sub-blocks of A to 7^levels left operands, the same of B to right operands, and 7^levels products
/// back to 4^levels sub-blocks of C. 1 <= levels <= 3, else std::invalid_argument.
LaneProgram strassen_left(uint32_t levels, StrassenForm form, LaneNumber number);
LaneProgram strassen_right(uint32_t levels, StrassenForm form, LaneNumber number);
LaneProgram strassen_inverse(uint32_t levels, StrassenForm form, LaneNumber number);

}  // namespace systole
