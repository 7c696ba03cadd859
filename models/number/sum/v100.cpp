#include "models/number/sum/aligned_lane.h"

namespace systole {

/// As measured by the authors of MATLAB-tensor-core (github.com/north-numerical-computing) on a V100.
const SumRuleTraits rule_v100 = {"v100",
                                 "aligned blocks of a V100: 4 fp16 products, cut 23 bits below the largest",
                                 aligned_arithmetic,
                                 {23, 23},
                                 {{{Format::fp16, 4, true}}}};

}  // namespace systole
