#include "models/number/sum/array_kernels.h"

namespace systole {
namespace {

typedef float FloatLane __attribute__((may_alias));

SYSTOLE_ARRAY_KERNELS(FloatLane)
SYSTOLE_BLOCK_KERNELS(FloatLane)

void add(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<FloatLane*>(total);
  const auto* p = reinterpret_cast<const FloatLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

SYSTOLE_CLONES void canonicalize(Lane* results, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const bool nan = (results[i] & 0x7FFFFFFFU) > 0x7F800000U;
    results[i] = nan ? kFp32Nan : results[i];
  }
}

}  // namespace

const Arithmetic fp32_arithmetic = {step, block, add, canonicalize, 0x80000000U};

}  // namespace systole
