#include "models/number/sum/aligned_lane.h"

namespace systole {

/// Of an architecture's own bits and rounding; those here stand for them where none are stated.
const SumRuleTraits rule_aligned_block = {
    "aligned_block",
    "aligned blocks of a step's products, as {fraction_bits, result_bits, rounding} say: of any float",
    aligned_arithmetic,
    {24, 23}};

}  // namespace systole
