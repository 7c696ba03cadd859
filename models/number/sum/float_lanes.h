#pragma once
// What every rule does with sums of floating-point numbers once they are complete.
#include "models/number/sum/arithmetic.h"

namespace systole {

typedef float FloatLane __attribute__((may_alias));

/// Each sum rounded to nearest even.
void add_floats(Lane* total, const Lane* part, std::size_t n);
void canonicalize_floats(Lane* results, std::size_t n);

/// Of a rule that adds products to sums by these kernels.
inline Arithmetic float_arithmetic(decltype(Arithmetic::step) step, decltype(Arithmetic::block) block) {
  constexpr Lane kMinusZero = 0x80000000U;
  return {step, block, add_floats, canonicalize_floats, kMinusZero, kMinusZero};
}

}  // namespace systole
