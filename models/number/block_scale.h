#pragma once
// Block-scaled formats (OCP Microscaling Formats (MX) v1.0): NumberFormat::block elements share an exponent
// of eight bits, e8m0; a number is element * 2^(e - 127), and a block whose exponent is 0xFF is NaN.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/clones.h"
#include "models/number/format.h"

namespace systole {

inline constexpr uint32_t kExponentBits = 8;
inline constexpr int32_t kExponentBias = 127;
inline constexpr uint8_t kNanExponent = 0xFF;

/// 2^(e - 127) as fp32, NaN for 0xFF. That of 0 is subnormal.
SYSTOLE_INLINE Lane scale_of(uint8_t exponent) {
  return exponent == kNanExponent ? kFp32Nan : exponent == 0 ? 0x00400000U : Lane{exponent} << 23;
}

/// An element times its block's scale: exact, as no element has a bit below 2^-10 and fp32 has them down to
/// 2^-149; beyond fp32's range an infinity.
SYSTOLE_INLINE Lane scaled(Lane element, Lane scale) {
  float a, b;
  std::memcpy(&a, &element, sizeof a);
  std::memcpy(&b, &scale, sizeof b);
  const float product = a * b;
  Lane lane;
  std::memcpy(&lane, &product, sizeof lane);
  return lane;
}

/// Makes a block of fp32 numbers, `stride` apart, elements of `format`, still to be rounded to nearest even
/// and saturated as they are stored, and returns their exponent: floor(log2(largest magnitude)) less that of
/// the format's largest element, no less than -127. Where one of them is infinite or NaN, the block is NaN.
uint8_t scale_block(const NumberFormat& format, Lane* numbers, std::size_t count, std::size_t stride);

}  // namespace systole
