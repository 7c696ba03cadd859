// Random rows of every format by every summation rule against the wide-integer reference, by the kernels of
// both steppings and of every width of registers; what rules refuse, and the depth of a step.
#include <cmath>
#include <random>

#include "sim/mapping/summation.h"
#include "sim/reference/wide_sums.h"
#include "sum_rows.h"

namespace systole::test {
namespace {

Lane reference_of(const Summation& summation, Format format, const MmaRows& rows, std::size_t i) {
  const WideRule wide = *wide_rule(summation, {format, format, kFp32});
  const std::size_t count = rows.a[i].size();
  std::vector<float> a, b;
  for (std::size_t e = 0; e < count; ++e)
    a.push_back(number(rows.a[i][e])), b.push_back(number(rows.b[i][e]));
  float sum = number(rows.c[i]);
  const bool is_fused = summation.rule == SumRule::fused;
  for (std::size_t e = 0; e < count; e += is_fused ? 1 : rows.depth) {
    sum = is_fused ? fused_reference(a[e], b[e], sum)
                   : aligned_reference(wide, sum, &a[e], 1, &b[e], 1,
                                       static_cast<uint32_t>(std::min<std::size_t>(rows.depth, count - e)));
  }
  Lane lane;
  std::memcpy(&lane, &sum, sizeof lane);
  return lane;
}

bool is_nan(Lane lane) { return (lane & 0x7FFFFFFFU) > 0x7F800000U; }

/// Patterns of all kinds (`wild`), or exponents that meet, so that every term counts.
uint32_t drawn(std::mt19937& random, const NumberFormat& format, bool wild) {
  const auto bits = static_cast<uint32_t>(random());
  const uint32_t all = format.bits < 32 ? (1U << format.bits) - 1 : ~0U;
  if (random() % 8 == 0) return 0;
  if (wild) return bits >> format.unused_bits << format.unused_bits & all;
  const float value = std::ldexp(static_cast<float>(static_cast<int32_t>(bits % 4001) - 2000) / 1000.0F,
                                 static_cast<int>(random() % 9) - 4);
  Lane lane;
  std::memcpy(&lane, &value, sizeof lane);
  uint32_t pattern = 0;
  format.store_run(reinterpret_cast<uint8_t*>(&pattern), 0, 0, 1, &lane);
  return pattern;
}

MmaRows random_rows(std::mt19937& random, SumRule rule, Format format, bool wild) {
  MmaRows rows;
  rows.depth = depth_of(rule, format);
  const std::size_t length = rows.depth * (1 + random() % 3) - random() % rows.depth;
  for (int i = 0; i < 21; ++i) {
    rows.a.emplace_back();
    rows.b.emplace_back();
    for (std::size_t e = 0; e < length; ++e) {
      rows.a.back().push_back(loaded(format, drawn(random, traits_of(format), wild)));
      rows.b.back().push_back(loaded(format, drawn(random, traits_of(format), wild)));
    }
    rows.c.push_back(drawn(random, traits_of(kFp32), wild));
  }
  return rows;
}

/// All rules, and aligned blocks of bits that no chip has.
std::vector<Summation> summations() {
  std::vector<Summation> all;
  for (const SumRule rule : sum_rules()) all.emplace_back(rule);
  for (const AlignedSum& block :
       {AlignedSum{1, 1}, AlignedSum{10, 10, Rounding::nearest_even}, AlignedSum{26, 20},
        AlignedSum{28, 23, Rounding::nearest_even}, AlignedSum{kMaxFractionBits, 23}})
    all.emplace_back(block);
  return all;
}

}  // namespace

TEST_CASE("random sums by each rule equal the wide-integer reference", "[number]") {
  std::mt19937 random(20);
  for (const Summation& summation : summations()) {
    const SumRule rule = summation.rule;
    if (!wide_rule(summation, {})) continue;
    for (const Format format : formats()) {
      const ProductFormats products{format, format, kFp32};
      if (!traits_of(format).is_float() || !takes(rule, products)) continue;
      std::size_t finite = 0;
      for (int round = 0; round < 60; ++round) {
        const MmaRows rows = random_rows(random, rule, format, round % 2 == 0);
        const std::vector<Lane> results = results_of(summation, products, rows);
        for (std::size_t i = 0; i < results.size(); ++i) {
          const Lane wanted = reference_of(summation, format, rows, i);
          INFO(traits_of(rule).name << " of " << summation.block.fraction_bits << " bits, "
                                    << traits_of(format).name << ", round " << round << ", row " << i);
          CHECK((results[i] == wanted || (is_nan(results[i]) && is_nan(wanted))));
          finite += (wanted & 0x7F800000U) != 0x7F800000U;
        }
      }
      CHECK(finite > 300);
    }
  }
}

TEST_CASE("integers sum alike by every rule but the aligned ones", "[number]") {
  for (const Format format : {Format::int8, Format::uint8, Format::int4, Format::int1, Format::int32}) {
    const ProductFormats products{format, format, Format::int32};
    for (const SumRule rule : sum_rules()) {
      INFO(traits_of(rule).name << ", " << traits_of(format).name);
      REQUIRE(takes(rule, products) == !traits_of(rule).is_aligned());
      if (takes(rule, products))
        CHECK(arithmetic_of(rule, products).block(8, HostVectors::plain) ==
              int32_arithmetic.block(8, HostVectors::plain));
    }
  }
}

TEST_CASE("blocks of another depth than a step's are refused by what uses them", "[number]") {
  MmaParams mma;
  mma.k = 8;
  mma.sum[static_cast<int>(kTf32)] = SumRule::a100;
  CHECK(refusal_of(mma, {kFp32, kFp32, kFp32}) == "");
  CHECK(refusal_of(mma, {kTf32, kTf32, kFp32}) ==
        "rule a100 sums 4 products of tf32 at a time, and a step takes 8, legal: mma.k * mma.rate.tf32 = 4");
  mma.rate[static_cast<int>(kTf32)] = {1, 2};
  CHECK(refusal_of(mma, {kTf32, kTf32, kFp32}) == "");
}

TEST_CASE("an MMA unit's depth follows the wider operand's rate", "[number]") {
  MmaParams mma;
  mma.k = 8;
  mma.rate[static_cast<int>(kTf32)] = {1, 2};
  mma.rate[static_cast<int>(kE4m3)] = {2, 1};
  CHECK(mma.depth({kFp16, kFp16, kFp32}) == 8);
  CHECK(mma.depth({kTf32, kTf32, kFp32}) == 4);
  CHECK(mma.depth({kE4m3, kE4m3, kFp32}) == 16);
  CHECK(mma.depth({kE4m3, kFp16, kFp32}) == 8);
  CHECK(mma.depth({kE5m2, kE4m3, kFp32}) == 16);  // of as many bits: the first in the list
  CHECK(wider_of(kFp32, kTf32) == kFp32);
}

}  // namespace systole::test
