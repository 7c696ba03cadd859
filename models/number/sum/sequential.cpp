#include "models/number/sum/array_kernels.h"
#include "models/number/sum/float_lanes.h"

namespace systole {
namespace {

/// Products rounded, and added one by one in the order of k.
struct SequentialSteps {
  static constexpr bool kOneByOne = true;

  template <class T, uint32_t kDepth>
  static SYSTOLE_INLINE T added(T sum, const T* x, std::size_t xs, const T* y, std::size_t ys,
                                uint32_t depth) {
    for (uint32_t z = 0; z < depth; ++z) sum = sum + x[z * xs] * y[z * ys];
    return sum;
  }

  template <class T, uint32_t kDepth, uint32_t kLanes>
  static SYSTOLE_INLINE void add(const T* x, const Lane* y, uint32_t depth, Lanes<T, kLanes>& sum) {
    for (uint32_t z = 0; z < depth; ++z) sum = sum + x[z] * lanes_at<T, kLanes>(y + z * kBlockLanes);
  }
};

SYSTOLE_ONE_BY_ONE_KERNELS(SequentialSteps, FloatLane)

Arithmetic arithmetic(const Summation&, const ProductFormats& formats) {
  return formats.lane() == LaneNumber::int32 ? int32_arithmetic : float_arithmetic(step, block);
}

}  // namespace

const SumRuleTraits rule_sequential = {"sequential",
                                       "products rounded and added one by one in the order of k", arithmetic};

}  // namespace systole
