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

int bits_of(Wide magnitude) {
  const auto high = static_cast<uint64_t>(magnitude >> 64), low = static_cast<uint64_t>(magnitude);
  return high != 0 ? 128 - __builtin_clzll(high) : low != 0 ? 64 - __builtin_clzll(low) : 0;
}

/// significand * 2^exponent to `fraction_bits` bits of fraction, as fp32: its subnormal numbers and, beyond
/// its range, infinity.
float rounded(Wide significand, int exponent, int fraction_bits, Rounding rounding) {
  const bool negative = significand < 0;
  const Wide magnitude = negative ? -significand : significand;
  if (magnitude == 0) return 0;
  const int last = std::max(exponent + bits_of(magnitude) - 1 - fraction_bits, kSubnormal - kFraction);
  const int drop = last - exponent;
  double kept;
  if (drop <= 0) {
    kept = std::ldexp(static_cast<double>(magnitude), exponent);
  } else {
    const bool far = drop > 126;  // less than half a last bit
    const Wide whole = far ? 0 : magnitude >> drop, rest = far ? 0 : magnitude - (whole << drop),
               half = Wide{1} << std::min(drop - 1, 125);
    const bool beyond = rest > half || (rest == half && whole % 2 != 0);
    const bool up = rounding == Rounding::nearest_even && beyond;
    kept = std::ldexp(static_cast<double>(whole + (up ? 1 : 0)), last);
  }
  const float result = kept > static_cast<double>(std::numeric_limits<float>::max())
                           ? std::numeric_limits<float>::infinity()
                           : static_cast<float>(kept);
  return negative ? -result : result;
}

/// A block of products whose terms are all finite. |product| < 2^48, so 64 bits hold what is left of all of
/// them: fraction_bits + 2 bits each.
float finite_block(const WideRule& rule, const Exact& c, const Exact* a, const Exact* b, size_t b_stride,
                   uint32_t count) {
  constexpr int kNone = std::numeric_limits<int>::min();
  int largest = c.significand == 0 ? kNone : c.exponent;
  for (uint32_t i = 0; i < count; ++i) {
    const Exact &x = a[i], &y = b[i * b_stride];
    const int exponent = x.exponent + y.exponent;
    if (x.significand != 0 && y.significand != 0 && exponent > largest) largest = exponent;
  }
  if (largest == kNone) return 0;
  const int kept = rule.aligned.fraction_bits;
  const auto cut = [&](int64_t term, int exponent) {  // of 2 * kFraction bits after the point
    const int drop = 2 * kFraction - kept + largest - exponent;
    const int64_t magnitude = drop > 62 ? 0 : (term < 0 ? -term : term) >> drop;
    return term < 0 ? -magnitude : magnitude;
  };
  int64_t total = c.significand == 0 ? 0 : cut(int64_t{c.significand} * (1 << kFraction), c.exponent);
  for (uint32_t i = 0; i < count; ++i) {
    const Exact &x = a[i], &y = b[i * b_stride];
    const int64_t product = int64_t{x.significand} * y.significand;
    if (product != 0) total += cut(product, x.exponent + y.exponent);
  }
  return rounded(total, largest - kept, rule.aligned.result_bits, rule.aligned.rounding);
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

/// A stretch of `step` products for all columns of a row.
struct Operands {
  std::vector<Exact> input, weight;

  Operands(const WideRule& rule, const KernelShape& shape, const float* inputs, const float* weights) {
    for (uint32_t i = 0; i < shape.rows * shape.chunk; ++i)
      input.push_back(exact(inputs[i], rule.input_min_exponent));
    for (uint32_t i = 0; i < shape.chunk * shape.cols; ++i)
      weight.push_back(exact(weights[i], rule.weight_min_exponent));
  }
  static bool finite(const std::vector<Exact>& numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [](const Exact& number) { return number.finite; });
  }
};

void add_blocks(const WideRule& rule, const KernelShape& shape, const float* input, const float* weight,
                float* sums) {
  const Operands operands(rule, shape, input, weight);
  const bool finite = Operands::finite(operands.input) && Operands::finite(operands.weight);
  for (uint32_t row = 0; row < shape.rows; ++row) {
    for (uint32_t k = 0; k < shape.chunk; k += shape.step) {
      for (uint32_t col = 0; col < shape.cols; ++col) {
        float& sum = sums[row * shape.cols + col];
        const size_t a = row * shape.chunk + k, b = k * shape.cols + col;
        const Exact c = exact(sum, kSubnormal);
        if (finite && c.finite) {
          sum = finite_block(rule, c, &operands.input[a], &operands.weight[b], shape.cols, shape.step);
        } else {
          sum = aligned_reference(rule, sum, input + a, 1, weight + b, shape.cols, shape.step);
        }
      }
    }
  }
}

}  // namespace

float aligned_reference(const WideRule& rule, float c, const float* a, size_t a_stride, const float* b,
                        size_t b_stride, uint32_t count) {
  std::vector<Exact> x, y;
  const Exact sum = exact(c, kSubnormal);
  bool finite = sum.finite;
  for (uint32_t i = 0; i < count; ++i) {
    x.push_back(exact(a[i * a_stride], rule.input_min_exponent));
    y.push_back(exact(b[i * b_stride], rule.weight_min_exponent));
    finite = finite && x.back().finite && y.back().finite;
  }
  return finite ? finite_block(rule, sum, x.data(), y.data(), 1, count)
                : special_block(c, a, a_stride, b, b_stride, count);
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
  const Wide sum = apart > kFar ? (high << kFar) + (low < 0 ? -1 : 1) : (high << apart) + low;
  return rounded(sum, high_exponent - std::min(apart, kFar), kFraction, Rounding::nearest_even);
}

std::optional<WideRule> wide_rule(SumRule rule, const ProductFormats& stored) {
  if (rule == SumRule::pairwise || rule == SumRule::sequential) return std::nullopt;
  return WideRule{traits_of(rule).aligned, traits_of(stored.input).min_exponent,
                  traits_of(stored.weight).min_exponent};
}

void accumulate(const WideRule& rule, const KernelShape& shape, const float* input, const float* weight,
                float* sums) {
  for (uint32_t chunk = 0; chunk < shape.chunks; ++chunk) {
    const float* a = input + uint64_t{chunk} * kKernelRows * shape.chunk;
    const float* b = weight + uint64_t{chunk} * shape.chunk * shape.cols;
    if (rule.aligned.fraction_bits > 0) {
      add_blocks(rule, shape, a, b, sums);
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
