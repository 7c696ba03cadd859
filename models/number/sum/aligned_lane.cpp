// One block for one sum, whatever its numbers: what the exact array steps, and what the kernels of whole
// MatMuls (aligned_kernel.cpp) leave to it.
#include "models/number/sum/aligned_lane.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace systole {
namespace {

constexpr int32_t kFp32Fraction = 23, kFp32Bias = 127;
constexpr Lane kMagnitude = 0x7FFFFFFFU, kInfinity = 0x7F800000U, kSign = 0x80000000U;

/// sig * 2^(exponent - kFp32Fraction), the exponent no less than its format's smallest.
struct Term {
  int64_t significand;
  int32_t exponent;
};

Term term_of(Lane lane, int32_t min_exponent) {
  const auto field = static_cast<int32_t>((lane & kMagnitude) >> kFp32Fraction);
  const int32_t own = std::max(field, 1) - kFp32Bias, exponent = std::max(own, min_exponent);
  const int64_t significand = (lane & ((1U << kFp32Fraction) - 1)) | (field > 0 ? 1U << kFp32Fraction : 0U);
  const int64_t aligned = significand >> std::min(exponent - own, 63);  // of the format: drops zeros only
  return {(lane & kSign) != 0 ? -aligned : aligned, exponent};
}

bool is_zero(Lane lane) { return (lane & kMagnitude) == 0; }
bool is_finite(Lane lane) { return (lane & kMagnitude) < kInfinity; }
bool is_nan(Lane lane) { return (lane & kMagnitude) > kInfinity; }

/// What infinities and NaNs make of a sum; 0: there are none.
class Specials {
 public:
  void add(Lane lane) {
    if (is_nan(lane)) found_ = kAlignedNan;
    if (is_finite(lane) || found_ == kAlignedNan) return;
    found_ = found_ == 0 || found_ == lane ? lane : kAlignedNan;
  }
  void add_product(Lane x, Lane y) {
    if (is_finite(x) && is_finite(y)) return;
    const bool invalid = is_nan(x) || is_nan(y) || is_zero(x) || is_zero(y);
    add(invalid ? kAlignedNan : kInfinity | ((x ^ y) & kSign));
  }
  Lane found() const { return found_; }

 private:
  Lane found_ = 0;
};

/// Rounded to a multiple of 2^drop, and divided by it.
int64_t rounded(int64_t magnitude, int32_t drop, Rounding rounding) {
  if (drop > 62) return 0;
  const int64_t kept = magnitude >> drop, rest = magnitude - (kept << drop), half = int64_t{1} << (drop - 1);
  const bool up = rounding == Rounding::nearest_even && (rest > half || (rest == half && kept % 2 != 0));
  return kept + (up ? 1 : 0);
}

/// sum * 2^exponent as a number of the result's format.
Lane result_of(const AlignedSum& rule, int64_t sum, int32_t exponent) {
  const NumberFormat& format = traits_of(rule.result);
  int64_t magnitude = sum < 0 ? -sum : sum;
  if (magnitude == 0) return 0;
  const int32_t top = exponent + 63 - __builtin_clzll(static_cast<uint64_t>(magnitude));
  const int32_t lowest_bit = std::max(top - rule.result_bits, format.min_exponent - format.fraction_bits);
  if (lowest_bit > exponent) {
    magnitude = rounded(magnitude, lowest_bit - exponent, rule.rounding);
    exponent = lowest_bit;
  }
  double value = std::ldexp(static_cast<double>(magnitude), exponent);
  if (value > format.highest) value = INFINITY;
  const auto result = static_cast<float>(sum < 0 ? -value : value);
  Lane lane;
  std::memcpy(&lane, &result, sizeof lane);
  return lane;
}

/// Cut to a multiple of 2^(e - fraction_bits), in units of that. `fraction`: bits after a term's point.
int64_t cut(int64_t significand, int32_t fraction, int32_t shift) {
  const int32_t drop = fraction + shift;
  const int64_t magnitude = significand < 0 ? -significand : significand;
  const int64_t kept = drop > 62 ? 0 : magnitude >> drop;
  return significand < 0 ? -kept : kept;
}

}  // namespace

Lane aligned_block(const AlignedArgs& args, Lane c, const Lane* x, std::size_t x_stride, const Lane* y,
                   std::size_t y_stride, uint32_t depth) {
  constexpr int32_t kNone = INT32_MIN / 4;
  const int32_t c_min_exponent = traits_of(args.sum.result).min_exponent;
  const Term of_c = term_of(c, c_min_exponent);
  int32_t e = is_zero(c) ? kNone : of_c.exponent;
  Specials specials;
  specials.add(c);
  for (uint32_t z = 0; z < depth; ++z) {
    const Lane a = x[z * x_stride], b = y[z * y_stride];
    specials.add_product(a, b);
    if (is_zero(a) || is_zero(b)) continue;
    e = std::max(e, term_of(a, args.x_min_exponent).exponent + term_of(b, args.y_min_exponent).exponent);
  }
  if (specials.found() != 0) return specials.found();
  if (e == kNone) return 0;
  // C takes one more bit below its point than a product's factor: it is shifted as a product is.
  int64_t sum = cut(of_c.significand * (int64_t{1} << kFp32Fraction),
                    2 * kFp32Fraction - args.sum.fraction_bits, e - (is_zero(c) ? e : of_c.exponent));
  for (uint32_t z = 0; z < depth; ++z) {
    const Term a = term_of(x[z * x_stride], args.x_min_exponent),
               b = term_of(y[z * y_stride], args.y_min_exponent);
    const int64_t product = a.significand * b.significand;
    if (product == 0) continue;
    sum += cut(product, 2 * kFp32Fraction - args.sum.fraction_bits, e - a.exponent - b.exponent);
  }
  return result_of(args.sum, sum, e - args.sum.fraction_bits);
}

}  // namespace systole
