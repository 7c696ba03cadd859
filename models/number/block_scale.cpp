#include "models/number/block_scale.h"

#include <algorithm>
#include <cmath>

namespace systole {

uint8_t scale_block(const NumberFormat& format, Lane* numbers, std::size_t count, std::size_t stride) {
  constexpr Lane kInfinity = 0x7F800000U;
  Lane most = 0;
  for (std::size_t i = 0; i < count; ++i) most = std::max(most, numbers[i * stride] & 0x7FFFFFFFU);
  if (most >= kInfinity) {
    for (std::size_t i = 0; i < count; ++i) numbers[i * stride] = 0;
    return kNanExponent;
  }
  float largest;
  std::memcpy(&largest, &most, sizeof largest);
  const int32_t own = most == 0 ? -kExponentBias : std::ilogb(largest) - std::ilogb(format.highest);
  const int32_t exponent = std::max(own, -kExponentBias);
  const Lane divisor = static_cast<Lane>(kExponentBias - exponent) << 23;  // 2^-exponent, a normal number
  for (std::size_t i = 0; i < count; ++i) numbers[i * stride] = scaled(numbers[i * stride], divisor);
  return static_cast<uint8_t>(exponent + kExponentBias);
}

}  // namespace systole
