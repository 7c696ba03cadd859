#pragma once
// Winograd's minimal filtering F(m,r): m outputs of a filter of r taps from t = m + r - 1 inputs with t
// multiplies,
//   y = inverse * ((filter * g) o (data * d)),
// in two dimensions y = inverse * ((filter g filter^T) o (data d data^T)) * inverse^T.
//
// Made by Cook and Toom's method (Blahut, Fast Algorithms for Signal Processing, ch. 5; transposed to a
// filter as by Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016): a polynomial
// product is evaluated at t - 1 points a_j and at infinity and interpolated after Lagrange, with N_j =
// prod_{k != j} (a_j - a_k):
//   inverse(i, j) = a_j^i, filter(j, i) = a_j^i / |N_j|, data row j = sign(N_j) * coefficients of
//   prod_{k != j} (x - a_k); the point at infinity picks the leading coefficients, its data row is
//   prod_k (x - a_k).
// The sign makes the filter's first column positive, so that no row consists of negative terms alone.
#include <cstdint>
#include <vector>

#include "sim/lowering/transform/rational_matrix.h"

namespace systole {

struct CookToom {
  uint32_t m = 0, r = 0;
  RationalMatrix inverse;  ///< A^T, m x t
  RationalMatrix filter;   ///< G, t x r
  RationalMatrix data;     ///< B^T, t x t

  uint32_t tile() const { return m + r - 1; }
};

/// The points of F(m,r): the first m + r - 2 of 0, 1, -1, 2, -2, 1/2, -1/2, 4, -1/4. Up to seven they are
/// those of wincnn's README (andravin/wincnn). The last two complete F(6,5): of the pairs 4 and -1/4, 4 and
/// -4, 3 and -3, 3 and -1/3, 3/2 and -2/3, 3/4 and -3/4 they have the smallest worst-case growth of errors,
/// and are powers of two.
std::vector<Rational> cook_toom_points(uint32_t m, uint32_t r);

/// From the points above, or from others: m + r - 2 of them, all different (else std::invalid_argument).
CookToom cook_toom(uint32_t m, uint32_t r);
CookToom cook_toom(uint32_t m, uint32_t r, const std::vector<Rational>& points);

/// The same filter in integers: every matrix is whole and y * scale comes out in each dimension.
struct IntegerCookToom {
  CookToom matrices;
  int64_t scale = 1;  ///< of one dimension; scale^2 in two
};
IntegerCookToom integer_cook_toom(const CookToom& exact);

}  // namespace systole
