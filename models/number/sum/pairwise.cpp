#include "models/number/sum/array_kernels.h"
#include "models/number/sum/float_lanes.h"
#include "models/number/sum/pairwise_steps.h"

namespace systole {
namespace {

SYSTOLE_ARRAY_KERNELS(PairwiseSteps, FloatLane)
SYSTOLE_BLOCK_KERNELS(PairwiseSteps, FloatLane)

Arithmetic arithmetic(const Summation&, const ProductFormats& formats) {
  return formats.lane() == LaneNumber::int32 ? int32_arithmetic : float_arithmetic(step, block);
}

}  // namespace

const SumRuleTraits rule_pairwise = {
    "pairwise", "a step's products rounded and summed pairwise, neighbours first; the sum is then added",
    arithmetic};

}  // namespace systole
