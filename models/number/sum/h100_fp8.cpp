#include "models/number/sum/aligned_lane.h"

namespace systole {

/// As measured by the authors of MATLAB-tensor-core (github.com/north-numerical-computing) on an H100 and an
/// H200, with C = 0.
const SumRuleTraits rule_h100_fp8 = {
    "h100_fp8",
    "aligned blocks of an H100: 32 fp8 products, cut 13 bits below the largest, sums of 13 bits of fraction",
    aligned_arithmetic,
    {13, 13},
    {{{Format::fp8_e4m3, 32, false}, {Format::fp8_e5m2, 32, false}}}};

}  // namespace systole
