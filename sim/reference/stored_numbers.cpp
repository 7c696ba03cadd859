#include "sim/reference/stored_numbers.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint32_t kTableBits = 16;

uint32_t exponent_bits(const NumberFormat& f) {
  return f.bits - f.unused_bits - 1 - static_cast<uint32_t>(f.fraction_bits);
}

/// fp32 itself, or fp32 but for bits that are not looked at.
double fp32_number(uint32_t pattern) {
  float number;
  std::memcpy(&number, &pattern, sizeof number);
  return number;
}

double float_number(const NumberFormat& f, uint32_t pattern) {
  const auto fraction_bits = static_cast<uint32_t>(f.fraction_bits);
  const uint32_t used = pattern >> f.unused_bits, fraction = used & ((1U << fraction_bits) - 1);
  const uint32_t exponent = used >> fraction_bits & ((1U << exponent_bits(f)) - 1);
  const bool negative = (used >> (fraction_bits + exponent_bits(f)) & 1) != 0;
  const double significand = fraction + (exponent > 0 ? std::ldexp(1.0, f.fraction_bits) : 0);
  const int scale = f.min_exponent + static_cast<int>(std::max(exponent, 1U)) - 1 - f.fraction_bits;
  double magnitude = std::ldexp(significand, scale);
  const bool has_payload = fraction != 0 || (pattern & ((1U << f.unused_bits) - 1)) != 0;
  if (magnitude > f.highest)
    magnitude =
        !has_payload ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  return negative ? -magnitude : magnitude;
}

/// The exponent of a normal number, or that of the subnormal ones and zero.
int exponent_of(const NumberFormat& f, double magnitude) {
  if (magnitude == 0) return f.min_exponent;
  int exponent;
  std::frexp(magnitude, &exponent);
  return std::max(exponent - 1, f.min_exponent);
}

uint32_t top_exponent(const NumberFormat& f) { return (1U << exponent_bits(f)) - 1; }

uint32_t float_pattern(const NumberFormat& f, double number) {
  const auto fraction_bits = static_cast<uint32_t>(f.fraction_bits);
  const uint32_t infinity = top_exponent(f) << fraction_bits;
  const uint32_t sign = std::signbit(number) ? 1U << (fraction_bits + exponent_bits(f)) : 0;
  const bool has_infinity = std::isinf(float_number(f, infinity << f.unused_bits));
  // The canonical NaN is positive: the highest bit of the fraction, or all where there is no infinity.
  if (std::isnan(number))
    return (infinity | (has_infinity ? 1U << (fraction_bits - 1) : (1U << fraction_bits) - 1))
           << f.unused_bits;
  double magnitude = std::fabs(number);
  if (std::isfinite(magnitude)) {
    const int scale = exponent_of(f, magnitude) - f.fraction_bits;
    magnitude = std::ldexp(std::nearbyint(std::ldexp(magnitude, -scale)), scale);
  }
  if (magnitude > f.highest) {
    if (!f.saturates) return (sign | infinity) << f.unused_bits;
    magnitude = f.highest;
  }
  const int exponent = exponent_of(f, magnitude);
  const auto significand = static_cast<uint32_t>(std::ldexp(magnitude, f.fraction_bits - exponent));
  const uint32_t hidden = 1U << fraction_bits;
  const auto biased = static_cast<uint32_t>(exponent - f.min_exponent) + (significand >= hidden ? 1U : 0U);
  return (sign | biased << fraction_bits | (significand & (hidden - 1))) << f.unused_bits;
}

double integer_number(const NumberFormat& f, uint32_t pattern) {
  if (!f.has_zero()) return pattern != 0 ? f.highest : f.lowest;
  const double number = pattern;
  return number > f.highest ? number - std::ldexp(1.0, static_cast<int>(f.bits)) : number;
}

uint32_t integer_pattern(const NumberFormat& f, double number) {
  if (!f.has_zero()) return number > 0 ? 1 : 0;
  const auto whole = static_cast<uint32_t>(static_cast<int64_t>(number));
  return f.bits < 32 ? whole & ((1U << f.bits) - 1) : whole;
}

bool is_plain_fp32(const NumberFormat& f) { return f.is_float() && f.bits == 32 && f.fraction_bits == 23; }

/// All numbers of a format of few bits, by pattern.
std::vector<double> table_of(const NumberFormat& format) {
  std::vector<double> numbers;
  if (format.bits > kTableBits) return numbers;
  for (uint32_t pattern = 0; pattern < 1U << format.bits; ++pattern)
    numbers.push_back(number_of(format, pattern));
  return numbers;
}

/// An integer less the one that stands for 0, modulo its bits, as the machine takes it off.
template <class Wide>
Wide less(double number, int32_t zero_point) {
  if constexpr (std::is_integral_v<Wide>) {
    return static_cast<Wide>(
        static_cast<std::make_unsigned_t<Wide>>(static_cast<int64_t>(number) - zero_point));
  } else {
    return static_cast<Wide>(number);  // has no zero point
  }
}

template <class Wide>
Bytes widened(Format format, int32_t zero_point, const Bytes& tensor, uint64_t elements) {
  const NumberFormat& f = traits_of(format);
  const std::vector<double> table = table_of(f);
  Bytes wide(elements * sizeof(Wide));
  for (uint64_t i = 0; i < elements; ++i) {
    const uint32_t pattern = pattern_at(f, tensor.data(), i);
    const Wide number = less<Wide>(table.empty() ? number_of(f, pattern) : table[pattern], zero_point);
    std::memcpy(&wide[i * sizeof number], &number, sizeof number);
  }
  return wide;
}

bool fits_int8(Format format, int32_t zero_point) {
  return traits_of(format).lowest - zero_point >= -128 && traits_of(format).highest - zero_point <= 127;
}

Format wide_operands(const Problem& p) {
  if (p.formats.is_float()) return Format::fp32;
  const bool are_small =
      fits_int8(p.formats.input, p.zero_point.input) && fits_int8(p.formats.weight, p.zero_point.weight);
  return are_small ? Format::int8 : Format::int32;
}

Bytes widened_as(Format wide, Format format, int32_t zero_point, const Bytes& tensor, uint64_t elements) {
  if (format == wide && zero_point == 0) return tensor;
  return wide == Format::fp32   ? widened<float>(format, zero_point, tensor, elements)
         : wide == Format::int8 ? widened<int8_t>(format, zero_point, tensor, elements)
                                : widened<int32_t>(format, zero_point, tensor, elements);
}

/// 2^(e - 127), and no number for 255 (OCP Microscaling v1.0, E8M0).
double shared_scale(uint8_t exponent) {
  return exponent == 0xFF ? std::numeric_limits<double>::quiet_NaN() : std::ldexp(1.0, exponent - 127);
}

/// A number that its block's exponent has been applied to, in place.
void scale(Bytes& wide, uint64_t element, uint8_t exponent) {
  float number;
  std::memcpy(&number, &wide[element * sizeof number], sizeof number);
  number = static_cast<float>(double{number} * shared_scale(exponent));
  std::memcpy(&wide[element * sizeof number], &number, sizeof number);
}

/// Elements that share an exponent, OCP MX v1.0, table 1.
constexpr uint64_t kSharing = 32;

void scale_input(const Problem& p, const Bytes& exponents, Bytes& wide) {
  const auto &t = p.input, &e = p.input_exponents;
  for (uint64_t group = 0; group < p.groups; ++group)
    for (uint64_t image = 0; image < p.N; ++image)
      for (uint64_t y = 0; y < p.H; ++y)
        for (uint64_t x = 0; x < p.W; ++x)
          for (uint64_t c = 0; c < p.C; ++c)
            scale(wide, group * t.group + image * t.image + y * t.row + x * t.pixel + c * t.channel,
                  exponents[group * e.group + image * e.image + y * e.row + x * e.pixel +
                            c / kSharing * e.channel]);
}

void scale_weight(const Problem& p, const Bytes& exponents, Bytes& wide) {
  const auto &t = p.weight, &e = p.weight_exponents;
  for (uint64_t group = 0; group < p.groups; ++group)
    for (uint64_t m = 0; m < p.M; ++m)
      for (uint64_t r = 0; r < p.R; ++r)
        for (uint64_t s = 0; s < p.S; ++s)
          for (uint64_t c = 0; c < p.C; ++c)
            scale(wide, group * t.group + m * t.filter + r * t.r + s * t.s + c * t.channel,
                  exponents[group * e.group + m * e.filter + r * e.r + s * e.s + c / kSharing * e.channel]);
}

template <class Result>
Bytes stored(Format output, const std::vector<Result>& results) {
  const NumberFormat& f = traits_of(output);
  Bytes bytes(results.size() * f.bits / 8);
  if (f.bits == 32 && f.unused_bits == 0) {
    std::memcpy(bytes.data(), results.data(), bytes.size());
    return bytes;
  }
  for (uint64_t i = 0; i < results.size(); ++i)
    put_pattern(f, pattern_of(f, static_cast<double>(results[i])), bytes.data(), i);
  return bytes;
}

}  // namespace

double number_of(const NumberFormat& format, uint32_t pattern) {
  if (!format.is_float()) return integer_number(format, pattern);
  return is_plain_fp32(format) ? fp32_number(pattern) : float_number(format, pattern);
}

uint32_t pattern_of(const NumberFormat& format, double number) {
  return format.is_float() ? float_pattern(format, number) : integer_pattern(format, number);
}

double half_spacing(const NumberFormat& format, double magnitude) {
  return std::ldexp(0.5, exponent_of(format, std::min(magnitude, format.highest)) - format.fraction_bits);
}

double overflow_of(const NumberFormat& format) {
  return format.highest + half_spacing(format, format.highest);
}

uint32_t pattern_at(const NumberFormat& format, const uint8_t* tensor, uint64_t index) {
  uint32_t pattern = 0;
  if (format.bits >= 8) {
    std::memcpy(&pattern, tensor + index * (format.bits / 8), format.bits / 8);
    return pattern;
  }
  for (uint64_t b = 0, bit = index * format.bits; b < format.bits; ++b, ++bit)
    pattern |= (tensor[bit / 8] >> bit % 8 & 1U) << b;
  return pattern;
}

void put_pattern(const NumberFormat& format, uint32_t pattern, uint8_t* tensor, uint64_t index) {
  if (format.bits >= 8) {
    std::memcpy(tensor + index * (format.bits / 8), &pattern, format.bits / 8);
    return;
  }
  for (uint64_t b = 0, bit = index * format.bits; b < format.bits; ++b, ++bit) {
    const uint32_t mask = 1U << bit % 8, set = pattern >> b & 1;
    tensor[bit / 8] = static_cast<uint8_t>((tensor[bit / 8] & ~mask) | (set != 0 ? mask : 0));
  }
}

WideLayer::WideLayer(const Problem& problem, const TensorData& data)
    : problem_(problem), given_(data), is_wide_(false) {
  const Format wide = wide_operands(problem);
  const ZeroPoints& zero = problem.zero_point;
  is_wide_ =
      problem.formats.input == wide && problem.formats.weight == wide && zero.input == 0 && zero.weight == 0;
  if (is_wide_) return;
  wide_ = {widened_as(wide, problem.formats.input, zero.input, data.input, problem.input_elements()),
           widened_as(wide, problem.formats.weight, zero.weight, data.weight, problem.weight_elements()),
           data.bias};
  if (problem.input_block() > 0) scale_input(problem, data.input_exponents, wide_.input);
  if (problem.weight_block() > 0) scale_weight(problem, data.weight_exponents, wide_.weight);
  problem_.formats.input = problem_.formats.weight = wide;
  problem_.zero_point.input = problem_.zero_point.weight = 0;
}

Bytes stored_as(Format output, const std::vector<float>& results) { return stored(output, results); }
Bytes stored_as(Format output, const std::vector<int32_t>& results) { return stored(output, results); }

}  // namespace systole
