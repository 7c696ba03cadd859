#pragma once
// How the products of an MMA step become sums. One file a rule, a line of rules.def each.
#include <array>
#include <cstdint>

#include "models/number/format.h"

namespace systole {

enum class SumRule : uint8_t {
#define SYSTOLE_SUM_RULE(id) id,
#include "models/number/sum/rules.def"
#undef SYSTOLE_SUM_RULE
};

#define SYSTOLE_SUM_RULE(id) +1
inline constexpr int kSumRuleCount = 0
#include "models/number/sum/rules.def"
    ;
#undef SYSTOLE_SUM_RULE

enum class Rounding : uint8_t { toward_zero, nearest_even };

/// The sum C + sum of a[i]*b[i] that tensor cores take in one block. Products are exact. A product's exponent
/// is E(a) + E(b), where E of a subnormal number is that of its format's smallest normal one; the largest
/// exponent among the products and C that are not zero is e. Each is cut, toward zero, to a multiple of
/// 2^(e - fraction_bits); what is left is summed exactly and rounded once, to `result_bits` bits of fraction.
struct AlignedSum {
  int32_t fraction_bits = 0;  ///< 0: the rule takes no aligned blocks
  int32_t result_bits = 0;
  Rounding rounding = Rounding::toward_zero;
  Format result = Format::fp32;  ///< which C and the sum are numbers of; its range, its subnormal numbers
  bool operator==(const AlignedSum& o) const {
    return fraction_bits == o.fraction_bits && result_bits == o.result_bits && rounding == o.rounding &&
           result == o.result;
  }
};
/// Up to which terms of any float add up within 63 bits.
inline constexpr int32_t kMaxFractionBits = 46;

/// How an MMA unit sums: a rule, and the bits of an aligned one.
struct Summation {
  SumRule rule = SumRule::pairwise;
  AlignedSum block = {};  ///< into fp32
  Summation() = default;
  Summation(SumRule of_chip);  ///< NOLINT: a rule is how to sum, with bits of its own
  explicit Summation(const AlignedSum& of_architecture)
      : rule(SumRule::aligned_block), block(of_architecture) {}
  bool is_aligned() const { return block.fraction_bits > 0; }
  bool operator==(const Summation& o) const { return rule == o.rule && block == o.block; }
  bool operator!=(const Summation& o) const { return !(*this == o); }
};

/// An operand format that an aligned rule takes.
struct AlignedOperand {
  Format format;
  uint32_t terms;      ///< products of a block: the depth of an MMA step
  bool has_fp16_sums;  ///< C and the sum may be fp16, rounded to nearest even
};

struct Arithmetic;

/// What a rule is.
struct SumRuleTraits {
  const char* name;     ///< as in YAML and results
  const char* summary;  ///< of a line, for lists
  /// Of formats that the rule takes: takes().
  Arithmetic (*arithmetic)(const Summation& summation, const ProductFormats& formats);
  AlignedSum aligned = {};                      ///< into fp32
  std::array<AlignedOperand, 4> operands = {};  ///< of a chip's aligned rule; those with terms
  bool is_aligned() const { return aligned.fraction_bits > 0; }
};

#define SYSTOLE_SUM_RULE(id) extern const SumRuleTraits rule_##id;
#include "models/number/sum/rules.def"
#undef SYSTOLE_SUM_RULE

inline const SumRuleTraits& traits_of(SumRule id) {
#define SYSTOLE_SUM_RULE(id) &rule_##id,
  constexpr const SumRuleTraits* kAll[kSumRuleCount] = {
#include "models/number/sum/rules.def"
  };
#undef SYSTOLE_SUM_RULE
  return *kAll[static_cast<int>(id)];
}

inline Summation::Summation(SumRule of_chip) : rule(of_chip), block(traits_of(of_chip).aligned) {}

/// In their order.
inline std::array<SumRule, kSumRuleCount> sum_rules() {
  std::array<SumRule, kSumRuleCount> all{};
  for (int r = 0; r < kSumRuleCount; ++r) all[r] = static_cast<SumRule>(r);
  return all;
}

/// What a chip's aligned rule knows of an operand format; nullptr: it does not take it, or takes any.
/// Elements of block-scaled formats are numbers of E4M3, all of them, and taken as such: an extension, no
/// chip's measured rule.
const AlignedOperand* aligned_operand(SumRule rule, Format format);

/// Whether the rule sums products of these formats: a chip's aligned one, of formats that it knows with
/// blocks of one length, `aligned_block`, of any float; into fp32 or, where both operands have such sums,
/// fp16. Any other, into the widest format of their lanes.
bool takes(SumRule rule, const ProductFormats& formats);

/// The block that products of these formats are summed in, by an aligned rule that takes them.
AlignedSum aligned_sum(const Summation& summation, const ProductFormats& formats);

}  // namespace systole
