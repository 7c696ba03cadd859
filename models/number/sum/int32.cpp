#include "models/number/sum/array_kernels.h"
#include "models/number/sum/pairwise_steps.h"

namespace systole {
namespace {

/// Sums modulo 2^32 are those of int32 without its undefined overflow, in whatever order a rule takes them.
typedef uint32_t IntLane __attribute__((may_alias));

SYSTOLE_ARRAY_KERNELS(PairwiseSteps, IntLane)
SYSTOLE_BLOCK_KERNELS(PairwiseSteps, IntLane)

void add(Lane* total, const Lane* part, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) total[i] += part[i];
}

/// Integers have no NaN.
void canonicalize(Lane*, std::size_t) {}

}  // namespace

const Arithmetic int32_arithmetic = {step, block, add, canonicalize, 0, 0};

}  // namespace systole
