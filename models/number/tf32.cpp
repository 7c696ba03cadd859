#include "models/number/packed.h"

namespace systole {
namespace {

constexpr uint32_t kUnused = 13;  // lowest bits of a stored word, which multipliers do not look at
constexpr Lane kInfinity = 0x7F800000U;

SYSTOLE_INLINE Lane decode(Lane stored) {
  const bool nan = (stored & 0x7FFFFFFFU) > kInfinity;
  return nan ? kFp32Nan : stored >> kUnused << kUnused;
}

/// Rounded to nearest even.
SYSTOLE_INLINE Lane encode(Lane lane) {
  const bool nan = (lane & 0x7FFFFFFFU) > kInfinity;
  const Lane odd = lane >> kUnused & 1;
  const Lane rounded = (lane + ((1U << (kUnused - 1)) - 1) + odd) >> kUnused << kUnused;
  return nan ? kFp32Nan : rounded;
}

SYSTOLE_STORED_AS(Lane)

constexpr double kHighest = 0x1.ffcp127;

}  // namespace

const NumberFormat format_tf32 = {
    kStorage,  "tf32",   "8 bits of exponent, 10 of fraction, in words of 32 bits",
    nullptr,   32,       LaneNumber::fp32,
    -kHighest, kHighest, -126,
    10,        kUnused,  false};

}  // namespace systole
