#pragma once
// Numbers drawn by a counter-based generator in integer arithmetic: element i depends on (seed, i) alone, so
// the result is the same on every machine and in every order.
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/number/format.h"

namespace systole {

enum class Distribution : uint8_t {
  /// Bell-shaped with mean 0, the sum of four uniform 16-bit numbers. Floating point: multiples of 2^-15
  /// within
  /// +-4, deviation 1.155, rounded to the format. Integers of b bits: deviation 37 * 2^(b - 8), clamped;
  /// int32, which
  /// is added to sums of products: within +-131070, deviation 37837. Numbers without a sign: the same, mean
  /// 2^(b - 1); of one bit: the sign.
  normal,
  /// Uniform in -4..4: exact in every format of more than two bits, and so is a sum of up to 2^20 products of
  /// two.
  /// Numbers without a sign: in 0..8; of one bit: -1 or 1.
  integers,
};

/// The stream of one tensor of one layer.
uint64_t tensor_seed(uint64_t run_seed, std::string_view layer, std::string_view tensor);

/// Rows of `row` numbers, each begun at a byte: `count` numbers in all.
void draw(Distribution distribution, Format format, uint64_t seed, uint64_t count, uint64_t row, uint8_t* to);

/// Numbers [first, first + count) of a tensor as fp32, before they are rounded to any format.
std::vector<Lane> drawn(Distribution distribution, uint64_t seed, uint64_t first, uint64_t count);

/// The bits between the beginnings of two rows.
uint64_t row_bits(Format format, uint64_t row);

/// Puts numbers [first, first + count) of rows of `row` numbers to their places in a tensor.
void store_rows(Format format, const Lane* numbers, uint64_t first, uint64_t count, uint64_t row,
                uint8_t* tensor);
/// All `count` numbers of a tensor.
std::vector<Lane> load_rows(Format format, const uint8_t* tensor, uint64_t count, uint64_t row);

}  // namespace systole
