#pragma once
// Sums by the rules that fp32's own arithmetic does not give, in integers wide enough to be exact: `fused`
// and the aligned blocks, worked out again from their description (models/number/sum/rule.h).
#include <optional>

#include "sim/lowering/accumulation_order.h"
#include "sim/reference/ordered_kernel.h"

namespace systole {

struct WideRule {
  AlignedSum aligned;  ///< of fp32 sums; without fraction bits: a fused multiply-add a product
  int32_t input_min_exponent = 0, weight_min_exponent = 0;  ///< of the operands' formats
};

/// Nothing for rules that sum as fp32 does.
std::optional<WideRule> wide_rule(const Summation& summation, const ProductFormats& stored);

/// sums[row][col] += products, as accumulate() of ordered_kernel.h, by such a rule: a block takes `step` of
/// them. Of the last chunk, only the first `last_products` are there. A sum that is no number is 0x7FC00000.
void accumulate(const WideRule& rule, const KernelShape& shape, uint32_t last_products, const float* input,
                const float* weight, float* sums);

/// c + the products of `count` a and b, a[i] `a_stride` apart and b[i] `b_stride`, in one block.
float aligned_reference(const WideRule& rule, float c, const float* a, size_t a_stride, const float* b,
                        size_t b_stride, uint32_t count);
/// a * b + c, rounded once.
float fused_reference(float a, float b, float c);

}  // namespace systole
