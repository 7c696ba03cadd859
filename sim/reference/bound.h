#pragma once
// How far two fp32 results of one layer may lie apart.
//
// Let u = 2^-24 and gamma(n) = n u / (1 - n u). A sum of K products, each rounded, added in any order,
// differs from the exact sum by at most gamma(K) * S, where S is the sum of |x||w| (Higham, Accuracy and
// Stability of Numerical Algorithms, 2nd ed., sections 3.1 and 4.2: a product passes through its own rounding
// and at most K - 1 additions; a fused multiply-add only rounds less). Adding a bias b and multiplying by a
// scale s each add one rounding, so that a result lies within |s| gamma(K + 2) (S + |b|) of the exact value;
// ReLU does not widen a distance. A product that underflows errs by at most half the smallest subnormal,
// 2^-150, instead. Two results lie within twice that. S itself may be computed in fp32 and be too
// small by gamma(K) of itself. All this is of numbers that no sum takes out of fp32's range: a result that
// overflows on the way is no result within the bound, and it is told by its class (compare.h).
//
// An algorithm that works in stages multiplies and adds in another way, with constants of its own. Let D be
// the most roundings between an input and an output (a constant that is no power of two counts as one) and A
// what the stages give when all values and constants are taken by magnitude and subtractions are additions:
// every output then lies within gamma(D) * A of the exact one, for each of its terms passes through at most D
// roundings (Higham, section 3.4). A grows with the tile of a Winograd transform, and so does the bound. Of
// at most 2^20 operations on the way each may underflow by 2^-150, and no more than 2^20 times that arrives
// at an output.
//
// An aligned block (AlignedSum) of T products and C errs by up to (T + 1) 2^(e - f) where it cuts and by 2^-r
// of what is left where it rounds. Let F be what S lacks where operands are subnormal, whose exponents are
// those of larger numbers: with the least normal magnitudes x0 and w0 and the largest magnitudes x1 and w1 of
// the operands, 2^e <= S' + F for F = x0 w1 + w0 x1 + x0 w0, S' being S or what the sum has become. So a
// block adds at most d (S + F + what the sum is off by already), d = (T + 1) 2^-f + 2^-r + (T + 1) 2^-(f +
// r), and B blocks, with an addition of u after each at most, ((1 + d + 2 u)^B - 1)(S + F): as many roundings
// as make gamma that large.
#include <cstdint>
#include <vector>

#include "sim/lowering/accumulation_order.h"
#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// The roundings by u whose gamma bounds a sum in this order: K of it, or what aligned blocks amount to.
uint64_t sum_roundings(const Problem& problem, const AccumulationOrder& order);
/// F, of operands in fp32 that come from such formats.
double subnormal_excess(const ProductFormats& stored, const TensorData& data);

class ErrorBound {
 public:
  /// `staged_roundings`: D of an algorithm that works in stages, else 0; `roundings`: of the sum, where it is
  /// not K; `excess`: F.
  explicit ErrorBound(const Problem& problem, uint64_t staged_roundings = 0, uint64_t roundings = 0,
                      double excess = 0);

  /// For one output: `absolute_sum` is S, `bias` its bias or 0, `staged_sum` A; all finite.
  double tolerance(double absolute_sum, float bias, double staged_sum = 0) const;
  /// For `count` outputs at once; 0 where a sum or a bias is not finite.
  void tolerances(const float* absolute_sums, const float* biases, uint32_t count, double* result) const;

 private:
  double sum_factor_ = 0, staged_factor_ = 0, bias_factor_ = 0, underflow_ = 0;
};

}  // namespace systole
