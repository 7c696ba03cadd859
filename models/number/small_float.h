#pragma once
// Floating-point formats of up to 16 bits, by their widths: conversion to and from fp32, in loops that
// vectorise.
#include "models/number/packed.h"

namespace systole {

/// What the highest exponent stands for. `ieee`: infinity and NaN. `finite`: numbers like others, but for the
/// pattern of ones alone, which is NaN (OCP 8-bit floating point, E4M3). `numbers`: numbers all of them; a
/// NaN is stored as the largest.
enum class TopExponent { ieee, finite, numbers };

/// One sign bit, kExponent bits of exponent, kFraction bits of fraction.
template <class StoredT, uint32_t kExponent, uint32_t kFraction, TopExponent kTop, bool kSaturates>
struct SmallFloat {
  using Stored = StoredT;
  static constexpr int32_t kFractionBits = kFraction;
  static constexpr bool kSaturating = kSaturates;
  static constexpr uint32_t kBits = 1 + kExponent + kFraction, kShift = 23 - kFraction;
  static constexpr int32_t kBias = (1 << (kExponent - 1)) - 1, kMinExponent = 1 - kBias;
  static constexpr uint32_t kMagnitude = (1U << (kBits - 1)) - 1, kSign = 1U << (kBits - 1);
  static constexpr uint32_t kInfinity = ((1U << kExponent) - 1) << kFraction;
  static constexpr uint32_t kNan = kTop == TopExponent::ieee ? kInfinity | 1U << (kFraction - 1) : kMagnitude;
  static constexpr uint32_t kHighest = kTop == TopExponent::ieee     ? kInfinity - 1
                                       : kTop == TopExponent::finite ? kNan - 1
                                                                     : kMagnitude;
  static constexpr uint32_t kFp32Infinity = 0x7F800000U;

  /// 2^n as fp32.
  static constexpr Lane power_of_two(int32_t n) { return static_cast<Lane>(127 + n) << 23; }

  static SYSTOLE_INLINE float as_float(Lane lane) {
    float value;
    std::memcpy(&value, &lane, sizeof value);
    return value;
  }
  static SYSTOLE_INLINE Lane as_lane(float value) {
    Lane lane;
    std::memcpy(&lane, &value, sizeof lane);
    return lane;
  }

  static SYSTOLE_INLINE Lane decode(Stored stored) {
    const Lane bits = stored, magnitude = bits & kMagnitude;
    // Exponent and fraction in their places are the number times 2^(kBias - 127), subnormal or not.
    Lane value;
    if constexpr (kExponent == 8) {
      value = magnitude << kShift;
    } else {
      value = as_lane(as_float(magnitude << kShift) * as_float(power_of_two(127 - kBias)));
      if constexpr (kTop == TopExponent::ieee) {
        const Lane special = magnitude << kShift | kFp32Infinity;
        value = magnitude >= kInfinity ? special : value;
      }
    }
    if constexpr (kTop == TopExponent::finite) value = magnitude == kNan ? kFp32Nan : value;
    return value | (bits & kSign) << (32 - kBits);
  }

  static SYSTOLE_INLINE Stored encode(Lane lane) {
    const Lane magnitude = lane & 0x7FFFFFFFU, sign = lane >> 31 << (kBits - 1);
    // Normal: rounded at the last bit that is kept, half to even; the exponent is counted anew.
    const Lane odd = magnitude >> kShift & 1;
    const Lane rounded = (magnitude + ((1U << (kShift - 1)) - 1) + odd) >> kShift;
    Lane bits = rounded - (static_cast<Lane>(127 - kBias) << kFraction);
    if constexpr (kExponent < 8) {
      // Subnormal: adding a number whose last bit is worth the format's smallest rounds there.
      constexpr Lane kMagic = power_of_two(kMinExponent - static_cast<int32_t>(kFraction) + 23);
      const Lane subnormal = as_lane(as_float(magnitude) + as_float(kMagic)) - kMagic;
      bits = magnitude < power_of_two(kMinExponent) ? subnormal : bits;
    }
    constexpr Lane kOverflow = kSaturates ? kHighest : kInfinity;
    const bool too_large =
        magnitude >= kFp32Infinity || (static_cast<int32_t>(bits) > static_cast<int32_t>(kHighest) &&
                                       magnitude >= power_of_two(kMinExponent));
    bits = too_large ? kOverflow : bits;
    return static_cast<Stored>(magnitude > kFp32Infinity ? kNan : bits | sign);
  }

  /// The largest finite number.
  static constexpr double highest() {
    double value = 1;
    const uint32_t fraction = kHighest & ((1U << kFraction) - 1);
    for (uint32_t i = 0; i < kFraction; ++i) value += (fraction >> (kFraction - 1 - i) & 1) / double(2U << i);
    for (int32_t e = static_cast<int32_t>(kHighest >> kFraction) - kBias; e > 0; --e) value *= 2;
    return value;
  }
};

/// The description of a format with such fields.
template <class Fields>
constexpr NumberFormat small_float_format(const char* name, const char* summary, const char* numpy,
                                          const Storage& storage) {
  return {storage,
          name,
          summary,
          numpy,
          Fields::kBits,
          LaneNumber::fp32,
          -Fields::highest(),
          Fields::highest(),
          Fields::kMinExponent,
          Fields::kFractionBits,
          0,
          Fields::kSaturating};
}

/// The description of a block-scaled format whose elements have such fields (OCP Microscaling v1.0: 32 share
/// an exponent).
template <class Fields>
constexpr NumberFormat block_scaled_format(const char* name, const char* summary, const Storage& storage) {
  NumberFormat format = small_float_format<Fields>(name, summary, nullptr, storage);
  format.block = 32;
  return format;
}

/// The storage of a format with such fields: see SYSTOLE_STORED_AS.
#define SYSTOLE_STORED_WITH(Fields)                                                    \
  SYSTOLE_INLINE Lane decode(Fields::Stored stored) { return Fields::decode(stored); } \
  SYSTOLE_INLINE Fields::Stored encode(Lane lane) { return Fields::encode(lane); }     \
  SYSTOLE_STORED_AS(Fields::Stored)

/// The same of fields of fewer bits than a byte: see SYSTOLE_SHARING_BYTES.
#define SYSTOLE_PACKED_WITH(Fields)                                                                      \
  SYSTOLE_INLINE Lane decode(uint32_t pattern) { return Fields::decode(static_cast<uint8_t>(pattern)); } \
  SYSTOLE_INLINE uint32_t encode(Lane lane) { return Fields::encode(lane); }                             \
  SYSTOLE_SHARING_BYTES(Fields::kBits)

}  // namespace systole
