#include "models/number/sum/aligned_lane.h"

namespace systole {

/// As measured by the authors of MATLAB-tensor-core (github.com/north-numerical-computing) on an Ada and an
/// L40S.
const SumRuleTraits rule_ada_fp8 = {
    "ada_fp8",
    "aligned blocks of an Ada: 16 fp8 products, cut 13 bits below the largest, sums of 13 bits of fraction",
    aligned_arithmetic,
    {13, 13},
    {{{Format::fp8_e4m3, 16, false}, {Format::fp8_e5m2, 16, false}}}};

}  // namespace systole
