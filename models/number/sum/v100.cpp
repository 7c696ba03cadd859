#include "models/number/sum/aligned_block.h"

namespace systole {
namespace {

Arithmetic arithmetic(const ProductFormats& formats) { return aligned_arithmetic(SumRule::v100, formats); }

}  // namespace

/// As measured by the authors of MATLAB-tensor-core (github.com/north-numerical-computing) on a V100.
const SumRuleTraits rule_v100 = {"v100",
                                 "aligned blocks of a V100: 4 fp16 products, cut 23 bits below the largest",
                                 arithmetic,
                                 {23, 23},
                                 {{{Format::fp16, 4, true}}}};

}  // namespace systole
