#include "sim/reference/wide_sums.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "models/number/format.h"

namespace systole {
namespace {

__extension__ typedef __int128 Wide;

constexpr int kFraction = 23;  ///< bits after the point of an fp32 number
constexpr int kSubnormal = -126;

/// significand * 2^(exponent - kFraction), exactly: the exponent is that of the leading bit, but no less than
/// that of the smallest normal number of the format that the number comes from.
struct Exact {
  int32_t significand = 0, exponent = 0;
  bool finite = true;
};

Exact exact(float number, int min_exponent) {
  uint32_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  const int field = static_cast<int>(bits >> kFraction & 0xFF);
  const int own = field == 0 ? kSubnormal : field - 127, exponent = std::max(own, min_exponent);
  const uint32_t fraction = bits & 0x7FFFFF, leading = field == 0 ? 0 : 0x800000;
  const auto magnitude = static_cast<int32_t>((fraction | leading) >> std::min(exponent - own, 31));
  return {bits >> 31 != 0 ? -magnitude : magnitude, exponent, field != 0xFF};
}

int bits_of(int64_t magnitude) {
  return magnitude == 0 ? 0 : 64 - __builtin_clzll(static_cast<uint64_t>(magnitude));
}
int bits_of(Wide magnitude) {
  const auto high = static_cast<int64_t>(magnitude >> 63);
  return high != 0 ? 63 + bits_of(high) : bits_of(static_cast<int64_t>(magnitude));
}

/// 2^exponent, of a normal number of fp64.
double power_of_two(int exponent) {
  const uint64_t bits = static_cast<uint64_t>(exponent + 1023) << 52;
  double power;
  std::memcpy(&power, &bits, sizeof power);
  return power;
}

/// significand * 2^exponent to `fraction_bits` bits of fraction, as fp32: its subnormal numbers and, beyond
/// its range, infinity. What is kept fits fp64 exactly.
template <class Integer>
float rounded(Integer significand, int exponent, int fraction_bits, Rounding rounding) {
  const bool negative = significand < 0;
  Integer kept = negative ? -significand : significand;
  if (kept == 0) return 0;
  const int last = std::max(exponent + bits_of(kept) - 1 - fraction_bits, kSubnormal - kFraction);
  if (last > exponent) {
    const int drop = last - exponent, most = static_cast<int>(8 * sizeof(Integer)) - 2;
    const bool far = drop > most;  // less than half a last bit
    const Integer whole = far ? 0 : kept >> drop, rest = far ? 0 : kept - (whole << drop),
                  half = Integer{1} << std::min(drop - 1, most);
    const bool beyond = rest > half || (rest == half && whole % 2 != 0);
    kept = whole + (rounding == Rounding::nearest_even && beyond ? 1 : 0);
  }
  const double magnitude = static_cast<double>(kept) * power_of_two(std::max(last, exponent));
  const float result = magnitude > static_cast<double>(std::numeric_limits<float>::max())
                           ? std::numeric_limits<float>::infinity()
                           : static_cast<float>(magnitude);
  return negative ? -result : result;
}

constexpr int kNone = -30000;  ///< in place of the exponent of a zero: below all others, with any other

/// What numbers are made of, apart. `finite`: all of them.
struct Parts {
  std::vector<int32_t> significand, exponent;
  bool finite = true;

  Parts(const float* numbers, size_t count, size_t stride, int min_exponent) {
    for (size_t i = 0; i < count; ++i) {
      const Exact number = exact(numbers[i * stride], min_exponent);
      significand.push_back(number.significand);
      exponent.push_back(number.significand == 0 ? kNone : number.exponent);
      finite = finite && number.finite;
    }
  }
};

/// The cut terms of a block for `cols` sums side by side: totals[col] in units of
/// 2^(largest[col] - kept), of the products of `count` numbers a with as many rows of b. `largest`: C's
/// exponents on entry. |product| < 2^48, so 64 bits hold what is left of all of them: kept + 2 bits each.
SYSTOLE_CLONES void cut_terms(int kept, const int32_t* a_significand, const int32_t* a_exponent,
                              const int32_t* b_significand, const int32_t* b_exponent, uint32_t count,
                              uint32_t cols, int64_t* totals, int32_t* largest) {
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t col = 0; col < cols; ++col)
      largest[col] = std::max(largest[col], a_exponent[i] + b_exponent[i * cols + col]);
  }
  const int64_t base = 2 * kFraction - kept;
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t col = 0; col < cols; ++col) {
      const int64_t product = int64_t{a_significand[i]} * b_significand[i * cols + col];
      const int64_t drop = base + largest[col] - (a_exponent[i] + b_exponent[i * cols + col]);
      const uint64_t magnitude = static_cast<uint64_t>(product < 0 ? -product : product);
      const auto left = static_cast<int64_t>(magnitude >> (drop > 62 ? 62 : drop));
      totals[col] += product < 0 ? -left : left;
    }
  }
}

/// A block for `cols` sums side by side, whose terms are all finite.
void add_finite(const WideRule& rule, const int32_t* a_significand, const int32_t* a_exponent,
                const int32_t* b_significand, const int32_t* b_exponent, uint32_t count, uint32_t cols,
                float* sums) {
  const int kept = rule.aligned.fraction_bits;
  Exact c[kKernelCols];
  int64_t totals[kKernelCols] = {};
  int32_t largest[kKernelCols];
  for (uint32_t col = 0; col < cols; ++col) {
    c[col] = exact(sums[col], kSubnormal);
    largest[col] = c[col].significand == 0 ? 2 * kNone : c[col].exponent;
  }
  cut_terms(kept, a_significand, a_exponent, b_significand, b_exponent, count, cols, totals, largest);
  for (uint32_t col = 0; col < cols; ++col) {
    const int drop = 2 * kFraction - kept + largest[col] - c[col].exponent;
    const int64_t magnitude = std::abs(int64_t{c[col].significand}) << kFraction;
    const int64_t left = magnitude == 0 || drop > 60 ? 0 : magnitude >> drop;
    totals[col] += c[col].significand < 0 ? -left : left;
    sums[col] = totals[col] == 0 ? 0.0F
                                 : rounded(totals[col], largest[col] - kept, rule.aligned.result_bits,
                                           rule.aligned.rounding);
  }
}

/// IEEE's sum of what is infinite or no number; what is finite beside it changes nothing.
float special_block(float c, const float* a, size_t a_stride, const float* b, size_t b_stride,
                    uint32_t count) {
  double sum = double{c};
  for (uint32_t i = 0; i < count; ++i) {
    const double product = double{a[i * a_stride]} * double{b[i * b_stride]};
    if (!std::isfinite(product)) sum += product;
  }
  return std::isnan(sum) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(sum);
}

bool all_finite(const float* numbers, uint32_t count) {
  return std::all_of(numbers, numbers + count, [](float number) { return std::isfinite(number); });
}

/// `products`: of the chunk.
void add_blocks(const WideRule& rule, const KernelShape& shape, uint32_t products, const float* input,
                const float* weight, float* sums) {
  const Parts a(input, shape.rows * shape.chunk, 1, rule.input_min_exponent),
      b(weight, shape.chunk * shape.cols, 1, rule.weight_min_exponent);
  for (uint32_t row = 0; row < shape.rows; ++row) {
    float* sum = sums + row * shape.cols;
    for (uint32_t k = 0; k < products; k += shape.step) {
      const size_t at = row * shape.chunk + k, beside = k * shape.cols;
      if (a.finite && b.finite && all_finite(sum, shape.cols)) {
        add_finite(rule, &a.significand[at], &a.exponent[at], &b.significand[beside], &b.exponent[beside],
                   shape.step, shape.cols, sum);
        continue;
      }
      for (uint32_t col = 0; col < shape.cols; ++col)
        sum[col] =
            aligned_reference(rule, sum[col], input + at, 1, weight + beside + col, shape.cols, shape.step);
    }
  }
}

}  // namespace

float aligned_reference(const WideRule& rule, float c, const float* a, size_t a_stride, const float* b,
                        size_t b_stride, uint32_t count) {
  const Parts x(a, count, a_stride, rule.input_min_exponent), y(b, count, b_stride, rule.weight_min_exponent);
  if (!x.finite || !y.finite || !exact(c, kSubnormal).finite)
    return special_block(c, a, a_stride, b, b_stride, count);
  add_finite(rule, x.significand.data(), x.exponent.data(), y.significand.data(), y.exponent.data(), count, 1,
             &c);
  return c;
}

float fused_reference(float a, float b, float c) {
  const Exact x = exact(a, kSubnormal), y = exact(b, kSubnormal), z = exact(c, kSubnormal);
  if (!x.finite || !y.finite || !z.finite) {
    const double sum = double{a} * double{b} + double{c};
    return std::isnan(sum) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(sum);
  }
  Wide high = int64_t{x.significand} * y.significand, low = z.significand;
  if (high == 0) return c == 0 ? a * b + c : c;  // zeros: IEEE's sign of their sum
  int high_exponent = x.exponent + y.exponent - 2 * kFraction, low_exponent = z.exponent - kFraction;
  if (low == 0) return rounded(high, high_exponent, kFraction, Rounding::nearest_even);
  if (high_exponent < low_exponent) {
    std::swap(high, low);
    std::swap(high_exponent, low_exponent);
  }
  // Of up to 48 bits each. What lies further below than this tells no more than which side of a rounding the
  // sum is on.
  constexpr int kFar = 70;
  const int apart = high_exponent - low_exponent;
  const Wide sum =
      apart > kFar ? high * (Wide{1} << kFar) + (low < 0 ? -1 : 1) : high * (Wide{1} << apart) + low;
  return rounded(sum, high_exponent - std::min(apart, kFar), kFraction, Rounding::nearest_even);
}

std::optional<WideRule> wide_rule(const Summation& summation, const ProductFormats& stored) {
  if (summation.rule == SumRule::pairwise || summation.rule == SumRule::sequential) return std::nullopt;
  return WideRule{summation.block, traits_of(stored.input).lane_min_exponent(),
                  traits_of(stored.weight).lane_min_exponent()};
}

void accumulate(const WideRule& rule, const KernelShape& shape, uint32_t last_products, const float* input,
                const float* weight, float* sums) {
  for (uint32_t chunk = 0; chunk < shape.chunks; ++chunk) {
    const float* a = input + uint64_t{chunk} * kKernelRows * shape.chunk;
    const float* b = weight + uint64_t{chunk} * shape.chunk * shape.cols;
    if (rule.aligned.fraction_bits > 0) {
      add_blocks(rule, shape, chunk + 1 == shape.chunks ? last_products : shape.chunk, a, b, sums);
      continue;
    }
    for (uint32_t row = 0; row < shape.rows; ++row) {
      for (uint32_t k = 0; k < shape.chunk; ++k) {
        for (uint32_t col = 0; col < shape.cols; ++col) {
          float& sum = sums[row * shape.cols + col];
          sum = fused_reference(a[row * shape.chunk + k], b[k * shape.cols + col], sum);
        }
      }
    }
  }
}

}  // namespace systole
