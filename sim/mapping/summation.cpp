#include "sim/mapping/summation.h"

#include <fmt/format.h>

#include <vector>

namespace systole {
namespace {

std::string text_of(const ProductFormats& formats) {
  const std::string input = traits_of(formats.input).name, weight = traits_of(formats.weight).name;
  return input == weight ? input : input + " by " + weight;
}

}  // namespace

std::string rate_text(const MmaRate& rate) {
  return rate.den == 1 ? fmt::format("{}", rate.num) : fmt::format("{}/{}", rate.num, rate.den);
}

std::string refusal_of(SumRule rule, const ProductFormats& formats) {
  if (takes(rule, formats)) return "";
  const SumRuleTraits& traits = traits_of(rule);
  std::vector<std::string> legal;
  for (const AlignedOperand& operand : traits.operands) {
    if (operand.terms > 0) legal.emplace_back(traits_of(operand.format).name);
  }
  const std::string what = fmt::format("rule {} does not sum products of {} in {}", traits.name,
                                       text_of(formats), traits_of(formats.accumulator).name);
  if (!legal.empty()) return fmt::format("{}, legal: {} in fp32", what, fmt::join(legal, ", "));
  if (traits.is_aligned()) return what + ", legal: floats in fp32";
  return fmt::format("{}, legal: {}", what, traits_of(wide_format(traits_of(formats.input).lane)).name);
}

std::string refusal_of(const MmaParams& mma, const ProductFormats& formats) {
  const char* wider = traits_of(formats.wider_operand()).name;
  const std::optional<Summation> summation = mma.summation(formats);
  if (!summation) {
    std::vector<std::string> legal;
    for (const Format format : systole::formats()) {
      if (mma.sum[static_cast<int>(format)]) legal.emplace_back(traits_of(format).name);
    }
    return fmt::format("no rule for {}, legal: {}", wider, fmt::join(legal, ", "));
  }
  const SumRule rule = summation->rule;
  const std::string refused = refusal_of(rule, formats);
  if (!refused.empty()) return refused;
  const AlignedOperand* aligned = aligned_operand(rule, formats.wider_operand());
  const uint32_t depth = mma.depth(formats);
  if (aligned == nullptr || aligned->terms == depth) return "";
  return fmt::format(
      "rule {} sums {} products of {} at a time, and a step takes {}, legal: mma.k * "
      "mma.rate.{} = {}",
      traits_of(rule).name, aligned->terms, wider, depth, wider, aligned->terms);
}

}  // namespace systole
