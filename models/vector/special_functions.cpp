#include "models/vector/special_functions.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace systole {
namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1, kLn2Rest = 0x1.abc9e3b39803fp-56;
constexpr double kOverLn2 = 0x1.71547652b82fep+0, kOverLn2Rest = 0x1.777d0ffda0d24p-56;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

constexpr int kPowerTerms = 15, kAreaTerms = 12;

constexpr std::array<double, kPowerTerms> one_over_factorials() {
  std::array<double, kPowerTerms> all{};
  double factorial = 1;
  for (int k = 0; k < kPowerTerms; ++k) {
    if (k > 1) factorial *= k;
    all[k] = 1 / factorial;
  }
  return all;
}
constexpr std::array<double, kPowerTerms> kOverFactorial = one_over_factorials();

/// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2: Taylor's series; what is left out is below 2^-60 of it.
double power_rest(double r) {
  double sum = 0;
  for (int k = kPowerTerms - 1; k >= 2; --k) sum = sum * r + kOverFactorial[k];
  return sum;
}

/// (atanh(s) - s) / s^3 for |s| <= 3 - sqrt(8).
double area_rest(double s_squared) {
  double sum = 0;
  for (int k = kAreaTerms; k >= 1; --k) sum = sum * s_squared + 1.0 / (2 * k + 1);
  return sum;
}

/// a + b for |a| >= |b|, rounded to odd: of the two fp64 numbers that enclose the sum the one whose last bit
/// is set, so that rounding it once more, to fewer bits, is as good as rounding the sum itself.
double odd_sum(double a, double b) {
  const double sum = a + b, rest = b - (sum - a);
  uint64_t bits;
  std::memcpy(&bits, &sum, sizeof bits);
  if (rest == 0 || bits % 2 == 1) return sum;
  return std::nextafter(
      sum, rest > 0 ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity());
}

}  // namespace

float reciprocal_of(float a) { return 1.0F / a; }

float reciprocal_root_of(float a) {
  return a == 0 ? std::copysign(kInfinity, a) : static_cast<float>(1.0 / std::sqrt(double{a}));
}

float power_of_two(float a) {
  if (std::isnan(a)) return a;
  if (a >= 128) return kInfinity;
  if (a < -151) return 0;
  const double whole = std::nearbyint(double{a}), part = a - whole;
  const double r = part * kLn2, r_rest = part * kLn2Rest;
  const double power = odd_sum(1, r + (r_rest + r * r * power_rest(r)));
  return static_cast<float>(std::ldexp(power, static_cast<int>(whole)));
}

float logarithm_to_two(float a) {
  if (std::isnan(a) || a < 0) return std::numeric_limits<float>::quiet_NaN();
  if (a == 0) return -kInfinity;
  if (std::isinf(a)) return a;
  int exponent;
  double m = std::frexp(double{a}, &exponent);  // [1/2, 1)
  if (m < 0x1.6a09e667f3bcdp-1) {
    m *= 2;
    --exponent;
  }
  // log2(m) = 2 atanh(s) / ln 2 with s = (m - 1) / (m + 1); s_rest is what the division leaves.
  const double s = (m - 1) / (m + 1), s_rest = std::fma(-s, m + 1, m - 1) / (m + 1);
  const double twice = 2 * s, tail = 2 * (s_rest + s * s * s * area_rest(s * s));
  const double log = twice * kOverLn2 + (twice * kOverLn2Rest + tail * kOverLn2);
  return static_cast<float>(exponent == 0 ? log : odd_sum(exponent, log));
}

}  // namespace systole
