#include "models/compute/format/integer.h"

#include "models/compute/format/array_kernels.h"

namespace systole {
namespace {

typedef uint32_t IntLane __attribute__((may_alias));

SYSTOLE_ARRAY_KERNELS(IntLane)
SYSTOLE_BLOCK_KERNELS(IntLane)

}  // namespace

StepKernel integer_step(bool systolic, uint32_t depth) { return step(systolic, depth); }

BlockKernel integer_block(uint32_t depth, HostVectors width) { return block(depth, width); }

void integer_add(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<IntLane*>(total);
  const auto* p = reinterpret_cast<const IntLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

}  // namespace systole
