#include "models/number/sum/array_kernels.h"
#include "models/number/sum/float_lanes.h"

namespace systole {
namespace {

/// A fused multiply-add each, in the order of k: a sum is rounded once a product.
struct FusedSteps {
  static constexpr bool kOneByOne = true;

  template <class T, uint32_t kDepth>
  static SYSTOLE_INLINE T added(T sum, const T* x, std::size_t xs, const T* y, std::size_t ys,
                                uint32_t depth) {
    for (uint32_t z = 0; z < depth; ++z) sum = __builtin_fmaf(x[z * xs], y[z * ys], sum);
    return sum;
  }

  template <class T, uint32_t kDepth, uint32_t kLanes>
  static SYSTOLE_INLINE void add(const T* x, const Lane* y, uint32_t depth, Lanes<T, kLanes>& sum) {
    for (uint32_t z = 0; z < depth; ++z) {
      const Lanes<T, kLanes>& lanes = lanes_at<T, kLanes>(y + z * kBlockLanes);
#pragma GCC unroll 16
      for (uint32_t l = 0; l < kLanes; ++l) sum[l] = __builtin_fmaf(x[z], lanes[l], sum[l]);
    }
  }
};

SYSTOLE_ONE_BY_ONE_KERNELS(FusedSteps, FloatLane)

Arithmetic arithmetic(const Summation&, const ProductFormats& formats) {
  return formats.lane() == LaneNumber::int32 ? int32_arithmetic : float_arithmetic(step, block);
}

}  // namespace

const SumRuleTraits rule_fused = {"fused", "a fused multiply-add a product, in the order of k", arithmetic};

}  // namespace systole
