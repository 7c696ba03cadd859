#pragma once
// What a number is: how it lies in memory, and which lane it becomes inside the machine. One file a format, a
// line of formats.def each.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "models/number/lane.h"

namespace systole {

enum class Format : uint8_t {
#define SYSTOLE_FORMAT(id) id,
#include "models/number/formats.def"
#undef SYSTOLE_FORMAT
};

/// How numbers of a format lie in memory. They lie packed: a number begins at any bit that is a multiple of
/// its own bits, lowest bits of a byte first. Addresses and pitches are in bits, relative to `memory`.
struct Storage {
  /// Numbers at `addresses` (negative: a zero) to out[0], out[stride], …; returns how many were read.
  uint64_t (*load_ports)(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                         std::size_t stride);
  /// Numbers `pitch` bits apart, from `address` on, to out[0], out[stride], …
  void (*load_run)(const uint8_t* memory, int64_t address, int64_t pitch, std::size_t n, Lane* out,
                   std::size_t stride);
  /// The other way, from in[0], in[1], … A floating-point number is rounded to nearest even; an integer keeps
  /// its lowest bits.
  void (*store_run)(uint8_t* memory, int64_t address, int64_t pitch, std::size_t n, const Lane* in);
};

/// What a format is, in numbers that references and tables work from, and its storage.
struct NumberFormat : Storage {
  const char* name;           ///< as in YAML and results
  const char* summary;        ///< of a line, for lists
  const char* numpy;          ///< how NumPy names it; nullptr: it does not
  uint32_t bits;              ///< as stored, moved and counted
  LaneNumber lane;            ///< what it is inside the machine
  double lowest, highest;     ///< finite numbers
  int32_t min_exponent = 0;   ///< of a floating-point format: of its smallest normal number
  int32_t fraction_bits = 0;  ///< of a floating-point format: after the point of a normal number
  uint32_t unused_bits = 0;   ///< of the stored ones, the lowest: read as zeros but in a NaN
  bool saturates = true;      ///< what is too large, infinity as well, is stored as the largest finite number
  uint32_t block = 0;         ///< of a block-scaled format, whose elements the rest describes: elements that
                              ///< share an exponent (block_scale.h)

  bool is_float() const { return lane == LaneNumber::fp32; }
  bool has_zero() const { return bits > 1; }
  bool shares_bytes() const { return bits < 8; }
  /// What results may be stored as: the vector unit makes no numbers that share bytes or an exponent.
  bool is_output() const { return !shares_bytes() && !is_block_scaled(); }
  bool is_block_scaled() const { return block > 0; }
  /// Numbers that fill whole bytes, the fewest: rows of a tensor are as long as such, and cut between them.
  constexpr uint32_t whole_bytes() const { return bits % 8 == 0 ? 1 : 8 / std::gcd(bits, 8U); }
  /// Some numbers lie in two words of a memory.
  constexpr bool straddles_words() const { return bits < 8 && 8 % bits != 0; }
  /// The exponent below which lanes lose bits: a scaled lane is a number of fp32 like any other.
  int32_t lane_min_exponent() const { return is_block_scaled() ? -126 : min_exponent; }
};

#define SYSTOLE_FORMAT(id) extern const NumberFormat format_##id;
#include "models/number/formats.def"
#undef SYSTOLE_FORMAT

#define SYSTOLE_FORMAT(id) +1
inline constexpr int kFormatCount = 0
#include "models/number/formats.def"
    ;
#undef SYSTOLE_FORMAT

/// In their order.
inline std::array<Format, kFormatCount> formats() {
  std::array<Format, kFormatCount> all{};
  for (int f = 0; f < kFormatCount; ++f) all[f] = static_cast<Format>(f);
  return all;
}

inline const NumberFormat& traits_of(Format id) {
#define SYSTOLE_FORMAT(id) &format_##id,
  constexpr const NumberFormat* kAll[kFormatCount] = {
#include "models/number/formats.def"
  };
#undef SYSTOLE_FORMAT
  return *kAll[static_cast<int>(id)];
}

/// The format of more bits; of two with as many, the one that stands first in the list.
inline Format wider_of(Format a, Format b) {
  const uint32_t bits_a = traits_of(a).bits, bits_b = traits_of(b).bits;
  return bits_a == bits_b ? std::min(a, b) : bits_a > bits_b ? a : b;
}

/// The formats of a product: operands and what their sums are kept in.
struct ProductFormats {
  Format input = Format::fp32, weight = Format::fp32, accumulator = Format::fp32;

  LaneNumber lane() const { return traits_of(accumulator).lane; }
  Format wider_operand() const { return wider_of(input, weight); }
  bool operator==(const ProductFormats& o) const {
    return input == o.input && weight == o.weight && accumulator == o.accumulator;
  }
};

/// That sums of such lanes are kept in and given as.
constexpr Format wide_format(LaneNumber lane) {
  return lane == LaneNumber::fp32 ? Format::fp32 : Format::int32;
}

constexpr NumberFormat integer_format(const char* name, const char* summary, const char* numpy, uint32_t bits,
                                      double lowest, double highest, const Storage& storage) {
  return {storage, name, summary, numpy, bits, LaneNumber::int32, lowest, highest};
}

}  // namespace systole
