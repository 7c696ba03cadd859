#pragma once
// How far two fp32 results of one layer may lie apart.
//
// Let u = 2^-24 and gamma(n) = n u / (1 - n u). A sum of K products, each rounded, added in any order,
// differs from the exact sum by at most gamma(K) * S, where S is the sum of |x||w| (Higham, Accuracy and
// Stability of Numerical Algorithms, 2nd ed., sections 3.1 and 4.2: a product passes through its own rounding
// and at most K - 1 additions; a fused multiply-add only rounds less). Adding a bias b and multiplying by a
// scale s each add one rounding, so that a result lies within |s| gamma(K + 2) (S + |b|) of the exact value;
// ReLU does not widen a distance. A product that underflows errs by at most half the smallest subnormal,
// 2^-150, instead. Two results lie within twice that. S itself is computed in fp32 and may be too small by
// gamma(K) of itself.
#include <cstdint>
#include <vector>

#include "sim/workload/problem.h"

namespace systole {

class ErrorBound {
 public:
  explicit ErrorBound(const Problem& problem);

  /// For one output: `absolute_sum` is S as computed in fp32, `bias` its bias or 0. Infinite where S
  /// overflows.
  double tolerance(float absolute_sum, float bias) const;

 private:
  double sum_factor_ = 0, bias_factor_ = 0, underflow_ = 0;
};

}  // namespace systole
