#include "models/number/sum/rule.h"

namespace systole {

const AlignedOperand* aligned_operand(SumRule rule, Format format) {
  const Format of_numbers = traits_of(format).is_block_scaled() ? Format::fp8_e4m3 : format;
  for (const AlignedOperand& operand : traits_of(rule).operands) {
    if (operand.terms > 0 && operand.format == of_numbers) return &operand;
  }
  return nullptr;
}

bool takes(SumRule rule, const ProductFormats& formats) {
  if (traits_of(formats.input).lane != traits_of(formats.weight).lane) return false;
  const Format wide = wide_format(traits_of(formats.input).lane);
  if (!traits_of(rule).is_aligned()) return formats.accumulator == wide;
  if (wide == Format::int32) return false;
  bool has_fp16 = formats.input == Format::fp16 && formats.weight == Format::fp16;
  if (rule != SumRule::aligned_block) {
    const AlignedOperand *input = aligned_operand(rule, formats.input),
                         *weight = aligned_operand(rule, formats.weight);
    if (input == nullptr || weight == nullptr || input->terms != weight->terms) return false;
    has_fp16 = input->has_fp16_sums && weight->has_fp16_sums;
  }
  return formats.accumulator == wide || (has_fp16 && formats.accumulator == Format::fp16);
}

AlignedSum aligned_sum(const Summation& summation, const ProductFormats& formats) {
  AlignedSum sum = summation.block;
  if (formats.accumulator != sum.result) {
    sum.result = formats.accumulator;
    sum.result_bits = traits_of(formats.accumulator).fraction_bits;
    sum.rounding = Rounding::nearest_even;
  }
  return sum;
}

}  // namespace systole
