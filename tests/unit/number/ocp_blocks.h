#pragma once
// Block-scaled numbers as the OCP Microscaling Formats (MX) Specification v1.0 says them, on doubles: section
// 5 (elements, E8M0), 6.3 (conversion of a vector). Nothing here is shared with the machine or its
// references.
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "models/number/format.h"

namespace systole::test {

/// Table 1 of the specification: element widths and the exponent of the largest normal element.
struct OcpElement {
  int exponent_bits, fraction_bits, bias, emax;
  bool has_nan;  ///< E4M3: the pattern of ones
};

inline OcpElement ocp_element(Format format) {
  if (format == Format::mxfp8) return {4, 3, 7, 8, true};
  if (format == Format::mxfp6) return {2, 3, 1, 2, false};
  return {2, 1, 1, 2, false};
}

/// What the code of an element stands for; nothing: NaN.
inline std::optional<double> ocp_value(const OcpElement& e, uint32_t code) {
  const uint32_t fraction = code & ((1U << e.fraction_bits) - 1);
  const uint32_t exponent = code >> e.fraction_bits & ((1U << e.exponent_bits) - 1);
  const bool negative = (code >> (e.fraction_bits + e.exponent_bits) & 1) != 0;
  if (e.has_nan && fraction == 7 && exponent == 15) return std::nullopt;
  const double part = fraction / std::pow(2.0, e.fraction_bits);
  const double magnitude = exponent == 0 ? part * std::pow(2.0, 1 - e.bias)
                                         : (1 + part) * std::pow(2.0, static_cast<int>(exponent) - e.bias);
  return negative ? -magnitude : magnitude;
}

/// The code nearest to a number, of two equally near the even one; beyond the largest, the largest.
inline uint32_t ocp_code(const OcpElement& e, double number) {
  uint32_t best = 0;
  double distance = std::numeric_limits<double>::infinity();
  for (uint32_t code = 0; code < 1U << (e.exponent_bits + e.fraction_bits); ++code) {
    const auto value = ocp_value(e, code);
    if (!value) continue;
    const double d = std::fabs(*value - std::fabs(number));
    if (d < distance || (d == distance && code % 2 == 0)) best = code, distance = d;
  }
  return std::signbit(number) ? best | 1U << (e.exponent_bits + e.fraction_bits) : best;
}

struct OcpBlock {
  uint8_t exponent = 0;  ///< E8M0
  std::vector<uint32_t> codes;
};

/// Section 6.3: X is the largest power of two no greater than the largest magnitude, over that of the largest
/// element.
inline OcpBlock ocp_quantized(const OcpElement& e, const std::vector<float>& numbers) {
  double largest = 0;
  for (const float number : numbers) {
    if (!std::isfinite(number)) return {0xFF, std::vector<uint32_t>(numbers.size(), 0)};
    largest = std::max(largest, std::fabs(double{number}));
  }
  int shared = -127;
  for (int x = 127; x >= -127 && largest > 0; --x) {
    if (std::ldexp(1.0, x + e.emax) <= largest) {
      shared = x;
      break;
    }
  }
  OcpBlock block{static_cast<uint8_t>(shared + 127), {}};
  for (const float number : numbers) block.codes.push_back(ocp_code(e, std::ldexp(double{number}, -shared)));
  return block;
}

/// Of E8M0; nothing: NaN.
inline std::optional<double> ocp_scale(uint8_t exponent) {
  if (exponent == 0xFF) return std::nullopt;
  return std::ldexp(1.0, exponent - 127);
}

}  // namespace systole::test
