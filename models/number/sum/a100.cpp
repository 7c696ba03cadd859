#include "models/number/sum/aligned_lane.h"

namespace systole {

/// As measured by the authors of MATLAB-tensor-core (github.com/north-numerical-computing) on an A100, an A2,
/// an Ada and an L40S.
const SumRuleTraits rule_a100 = {
    "a100",
    "aligned blocks of an A100: 8 fp16 or bf16 products or 4 of tf32, cut 24 bits below the largest",
    aligned_arithmetic,
    {24, 23},
    {{{Format::fp16, 8, true}, {Format::bf16, 8, false}, {Format::tf32, 4, false}}}};

}  // namespace systole
