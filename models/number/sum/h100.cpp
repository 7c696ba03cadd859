#include "models/number/sum/aligned_lane.h"

namespace systole {

/// As measured by the authors of MATLAB-tensor-core (github.com/north-numerical-computing) on an H100, an
/// H200 and a B200; the 8 of tf32 are documented, not measured.
const SumRuleTraits rule_h100 = {
    "h100",
    "aligned blocks of an H100: 16 fp16 or bf16 products or 8 of tf32, cut 25 bits below the largest",
    aligned_arithmetic,
    {25, 23},
    {{{Format::fp16, 16, true}, {Format::bf16, 16, false}, {Format::tf32, 8, false}}}};

}  // namespace systole
