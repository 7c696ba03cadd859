// The kernels of every summation rule: rows whose sums follow from the rule by hand, and random rows of every
// format against the wide-integer reference, by the kernels of both steppings and of every width of
// registers.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <random>

#include "models/compute/params.h"
#include "models/functional/mma_unit.h"
#include "sim/mapping/summation.h"
#include "sim/reference/wide_sums.h"

using namespace systole;

namespace {

struct Row {
  const char* what;
  Summation summation;
  Format format, sums;
  std::vector<uint32_t> a, b;  ///< patterns
  uint32_t c, d;               ///< of the sums' format
};

constexpr Format kFp16 = Format::fp16, kFp32 = Format::fp32, kBf16 = Format::bf16, kTf32 = Format::tf32,
                 kE4m3 = Format::fp8_e4m3, kE5m2 = Format::fp8_e5m2;

Lane loaded(Format format, uint32_t pattern) {
  Lane lane;
  traits_of(format).load_run(reinterpret_cast<const uint8_t*>(&pattern), 0, 0, 1, &lane, 1);
  return lane;
}

uint32_t stored(Format format, Lane lane) {
  uint32_t pattern = 0;
  traits_of(format).store_run(reinterpret_cast<uint8_t*>(&pattern), 0, 0, 1, &lane);
  return pattern;
}

float number(Lane lane) {
  float value;
  std::memcpy(&value, &lane, sizeof value);
  return value;
}

/// The results of all kernels, which must be the same.
std::vector<Lane> results_of(const Summation& summation, const ProductFormats& formats, const MmaRows& rows) {
  const Arithmetic arithmetic = arithmetic_of(summation, formats);
  // Which of several NaNs fp32's own arithmetic hands on is for the host's instructions to choose.
  const auto told = [&](std::vector<Lane> results) {
    if (!summation.is_aligned()) arithmetic.canonicalize(results.data(), results.size());
    return results;
  };
  const std::vector<Lane> results = told(by_step_kernel(arithmetic, formats, rows, true));
  CHECK(told(by_step_kernel(arithmetic, formats, rows, false)) == results);
  for (HostVectors width : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
    if (width > host_vectors()) break;
    INFO("width " << static_cast<int>(width));
    CHECK(told(by_block_kernel(arithmetic, formats, rows, width)) == results);
  }
  return results;
}

uint32_t depth_of(SumRule rule, Format format) {
  const AlignedOperand* aligned = aligned_operand(rule, format);
  return aligned == nullptr ? 4 : aligned->terms;
}

// fp16: 3c00 is 1, 3800 is 1/2, 7bff is 65504, 0400 is 2^-14, 0001 is 2^-24; bf16: 3f80 is 1, 7f00 is 2^127;
// e4m3: 38 is 1, 08 is 2^-6, 04 is 2^-7, 7f is NaN; e5m2: 3c is 1, 7c is Inf.
const std::vector<Row> kRows = {
    {"what lies 24 bits below is cut by V100",
     SumRule::v100,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     0,
     0x3f800000},
    {"and kept by A100: 3 * 2^-24, of which a result keeps 2",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     0,
     0x3f800001},
    {"every term but the largest cut: 7 * 2^-25",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0x0800, 0x0800, 0x0800, 0x0800, 0x0800, 0x0800, 0x0800},
     0,
     0x3f800000},
    {"H100 keeps them: 7 * 2^-25 is 1.75 * 2^-23",
     SumRule::h100,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0x0800, 0x0800, 0x0800, 0x0800, 0x0800, 0x0800, 0x0800},
     0,
     0x3f800001},
    {"negative sums are cut toward zero as well",
     SumRule::a100,
     kFp16,
     kFp32,
     {0xbc00, 0x8c00},
     {0x3c00, 0x0c00},
     0,
     0xbf800000},
    {"every term cut below C",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x3c00, 0x3c00},
     {0x3c00, 0x3c00},
     0x4c800000,
     0x4c800000},
    {"cancellation leaves +0", SumRule::a100, kFp16, kFp32, {0x3c00, 0xbc00}, {0x3c00, 0x3c00}, 0, 0},
    {"cancellation with C leaves what the grid keeps",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00},
     {0x3c00, 0x0c00},
     0xbf800000,
     0x33800000},
    {"convention: no term, C = -0",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x8000, 0x0000},
     {0x3c00, 0xbc00},
     0x80000000,
     0},
    {"C alone", SumRule::a100, kFp16, kFp32, {0}, {0x3c00}, 0xc0490fdb, 0xc0490fdb},
    {"C alone, subnormal", SumRule::a100, kFp16, kFp32, {0}, {0x3c00}, 0x80000003, 0x80000003},
    {"a subnormal's exponent is -14: 2^-46 lies below 2^-38",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x0001, 0x0002},
     {0x3c00, 0x0002},
     0,
     0x33800000},
    {"products are not normalised: 1.5 * 1.5 has the exponent 0, 2^-24 stays",
     SumRule::a100,
     kFp16,
     kFp32,
     {0x3e00, 0x0c00, 0xbe00},
     {0x3e00, 0x0c00, 0x3e00},
     0,
     0x33800000},
    {"Inf", SumRule::a100, kFp16, kFp32, {0x7c00, 0xbc00}, {0xbc00, 0x3c00}, 0, 0xff800000},
    {"C = Inf", SumRule::a100, kFp16, kFp32, {0x3c00}, {0xbc00}, 0x7f800000, 0x7f800000},
    {"Inf - Inf", SumRule::a100, kFp16, kFp32, {0x7c00, 0x7c00}, {0x3c00, 0xbc00}, 0, 0x7fffffff},
    {"Inf - Inf with C", SumRule::a100, kFp16, kFp32, {0x7c00}, {0x3c00}, 0xff800000, 0x7fffffff},
    {"0 * Inf", SumRule::a100, kFp16, kFp32, {0x0000}, {0x7c00}, 0x3f800000, 0x7fffffff},
    {"NaN", SumRule::a100, kFp16, kFp32, {0x7e00}, {0x3c00}, 0, 0x7fffffff},
    {"NaN times 0", SumRule::a100, kFp16, kFp32, {0x7e01}, {0x0000}, 0, 0x7fffffff},
    {"C = NaN", SumRule::a100, kFp16, kFp32, {0x3c00}, {0x3c00}, 0x7f800001, 0x7fffffff},
    {"a chain: Inf stays",
     SumRule::v100,
     kFp16,
     kFp32,
     {0x7c00, 0, 0, 0, 0x3c00},
     {0x3c00, 0, 0, 0, 0x3c00},
     0,
     0x7f800000},
    {"a chain: 1 and then three times 2^-24",
     SumRule::v100,
     kFp16,
     kFp32,
     {0x3c00, 0, 0, 0, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0, 0, 0, 0x0c00, 0x0c00, 0x0c00},
     0,
     0x3f800000},
    {"beyond fp32: Inf", SumRule::a100, kBf16, kFp32, {0x7f00, 0x7f00}, {0x3f80, 0x3f80}, 0, 0x7f800000},
    {"beyond fp32 on the way only",
     SumRule::a100,
     kBf16,
     kFp32,
     {0x7f00, 0x7f00, 0xff00},
     {0x3f80, 0x3f80, 0x3f80},
     0,
     0x7f000000},
    {"products beyond fp32 that cancel",
     SumRule::a100,
     kBf16,
     kFp32,
     {0x7f00, 0xff00, 0x3f80},
     {0x7f00, 0x7f00, 0x3f80},
     0,
     0},
    {"below fp32's subnormal numbers, sign kept",
     SumRule::a100,
     kBf16,
     kFp32,
     {0x8d80},
     {0x0d80},
     0,
     0x80000000},
    {"subnormal fp32 result", SumRule::a100, kBf16, kFp32, {0x2000}, {0x1fc0}, 0, 0x00600000},
    {"tf32, 4 a block",
     SumRule::a100,
     kTf32,
     kFp32,
     {0x3f800000, 0x39800000, 0x39800000, 0x39800000},
     {0x3f800000, 0x39800000, 0x39800000, 0x39800000},
     0,
     0x3f800001},
    {"fp16 sums: ties to even", SumRule::a100, kFp16, kFp16, {0x3c00, 0x1000}, {0x3c00, 0x3c00}, 0, 0x3c00},
    {"fp16 sums: above a tie", SumRule::a100, kFp16, kFp16, {0x3c00, 0x1001}, {0x3c00, 0x3c00}, 0, 0x3c01},
    {"fp16 sums: 65504 + 15 is 65504",
     SumRule::v100,
     kFp16,
     kFp16,
     {0x7bff, 0x4b80},
     {0x3c00, 0x3c00},
     0,
     0x7bff},
    {"fp16 sums: 65504 + 16 is Inf",
     SumRule::v100,
     kFp16,
     kFp16,
     {0x7bff, 0x4c00},
     {0x3c00, 0x3c00},
     0,
     0x7c00},
    {"fp16 sums: -65504 * 2 is -Inf", SumRule::h100, kFp16, kFp16, {0xfbff}, {0x4000}, 0, 0xfc00},
    {"fp16 sums: subnormal, half of 2^-24 to even",
     SumRule::h100,
     kFp16,
     kFp16,
     {0x0001},
     {0x3800},
     0,
     0x0000},
    {"fp16 sums: subnormal, 1.5 * 2^-24 to even", SumRule::h100, kFp16, kFp16, {0x0001}, {0x3e00}, 0, 0x0002},
    {"e4m3: 2^-12 is kept", SumRule::ada_fp8, kE4m3, kFp32, {0x38, 0x08}, {0x38, 0x08}, 0, 0x3f800800},
    {"e4m3: 2^-14 is cut", SumRule::ada_fp8, kE4m3, kFp32, {0x38, 0x04}, {0x38, 0x04}, 0, 0x3f800000},
    {"e4m3: C loses what 13 bits do not hold",
     SumRule::h100_fp8,
     kE4m3,
     kFp32,
     {0x38},
     {0x38},
     0x3f8003ff,
     0x40000000},
    {"e4m3: NaN", SumRule::h100_fp8, kE4m3, kFp32, {0x7f}, {0x38}, 0, 0x7fffffff},
    {"e5m2: Inf", SumRule::h100_fp8, kE5m2, kFp32, {0x7c}, {0xbc}, 0, 0xff800000},
    {"10 bits of fraction: 2^-11 is cut",
     Summation(AlignedSum{10, 23}),
     kFp32,
     kFp32,
     {0x3f800000, 0x3a000000},
     {0x3f800000, 0x3f800000},
     0,
     0x3f800000},
    {"11 bits of fraction: 2^-11 is kept",
     Summation(AlignedSum{11, 23}),
     kFp32,
     kFp32,
     {0x3f800000, 0x3a000000},
     {0x3f800000, 0x3f800000},
     0,
     0x3f801000},
    {"10 bits of result: 2^-11 + 2^-12 is dropped",
     Summation(AlignedSum{20, 10}),
     kBf16,
     kFp32,
     {0x3f80, 0x3a00, 0x3980},
     {0x3f80, 0x3f80, 0x3f80},
     0,
     0x3f800000},
    {"10 bits of result, to nearest: 2^-11 + 2^-12 becomes 2^-10",
     Summation(AlignedSum{20, 10, Rounding::nearest_even}),
     kBf16,
     kFp32,
     {0x3f80, 0x3a00, 0x3980},
     {0x3f80, 0x3f80, 0x3f80},
     0,
     0x3f802000},
    {"46 bits of fraction: (1 + 2^-23)^2 - 2^-22 - 1 is 2^-46",
     Summation(AlignedSum{46, 23}),
     kFp32,
     kFp32,
     {0x3f800001, 0xb4800000},
     {0x3f800001, 0x3f800000},
     0xbf800000,
     0x28800000},
    {"45 bits of fraction: 2^-46 is cut",
     Summation(AlignedSum{45, 23}),
     kFp32,
     kFp32,
     {0x3f800001, 0xb4800000},
     {0x3f800001, 0x3f800000},
     0xbf800000,
     0},
    {"sequential: 1 + 3 * 2^-24, each lost",
     SumRule::sequential,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     0,
     0x3f800000},
    {"pairwise: (1 + 2^-24) + 2^-23",
     SumRule::pairwise,
     kFp16,
     kFp32,
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     {0x3c00, 0x0c00, 0x0c00, 0x0c00},
     0,
     0x3f800001},
    {"sequential: the product rounds to 1 + 2^-11",
     SumRule::sequential,
     kFp32,
     kFp32,
     {0x3f800800},
     {0x3f800800},
     0xbf801000,
     0},
    {"fused: 2^-24 of it stays",
     SumRule::fused,
     kFp32,
     kFp32,
     {0x3f800800},
     {0x3f800800},
     0xbf801000,
     0x33800000},
};

uint32_t result_of(const Row& row) {
  const ProductFormats formats{row.format, row.format, row.sums};
  MmaRows rows;
  rows.depth = depth_of(row.summation.rule, row.format);
  rows.a.emplace_back();
  rows.b.emplace_back();
  for (const uint32_t pattern : row.a) rows.a[0].push_back(loaded(row.format, pattern));
  for (const uint32_t pattern : row.b) rows.b[0].push_back(loaded(row.format, pattern));
  rows.c = {loaded(row.sums, row.c)};
  return stored(row.sums, results_of(row.summation, formats, rows).front());
}

/// What the rule makes of a row, by the reference.
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

}  // namespace

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

TEST_CASE("sums by each rule, by hand", "[number]") {
  for (const Row& row : kRows) {
    INFO(row.what);
    CHECK(result_of(row) == row.d);
  }
}

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
