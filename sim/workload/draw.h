#pragma once
// Numbers drawn by a counter-based generator in integer arithmetic: element i depends on (seed, i) alone, so
// the result is the same on every machine and in every order.
#include <cstdint>
#include <string_view>

namespace systole {

enum class NumberType : uint8_t { fp32, int32, int8 };

enum class Distribution : uint8_t {
  /// Bell-shaped with mean 0, the sum of four uniform 16-bit numbers. fp32: multiples of 2^-15 within +-4,
  /// deviation
  /// 1.155; int8: deviation 37, clamped; int32 (added to sums of products): within +-131070, deviation 37837.
  normal,
  /// Uniform in -4..4: exact in every format, and so is a sum of up to 2^20 products of two.
  integers,
};

/// The stream of one tensor of one layer.
uint64_t tensor_seed(uint64_t run_seed, std::string_view layer, std::string_view tensor);

/// Puts `count` numbers there, in memory that is aligned for them.
void draw(Distribution distribution, NumberType type, uint64_t seed, uint64_t count, uint8_t* numbers);

}  // namespace systole
