#include "models/number/sum/array_kernels.h"

namespace systole {
namespace {

/// Sums modulo 2^32 are those of int32 without its undefined overflow.
typedef uint32_t IntLane __attribute__((may_alias));

SYSTOLE_ARRAY_KERNELS(IntLane)
SYSTOLE_BLOCK_KERNELS(IntLane)

void add(Lane* total, const Lane* part, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) total[i] += part[i];
}

/// Integers have no NaN.
void canonicalize(Lane*, std::size_t) {}

}  // namespace

const Arithmetic int32_arithmetic = {step, block, add, canonicalize, 0};

}  // namespace systole
