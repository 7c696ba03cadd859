#pragma once
#include <cstdint>

namespace systole {

using Cycle = uint64_t;
__extension__ using Wide = unsigned __int128;  ///< products of times and frequencies
inline constexpr Cycle kNever = ~Cycle{0};

/// Rounded down. Most products fit 64 bits, whose division the processor has.
inline Wide quotient(Wide product, uint64_t divisor) {
  if ((product >> 64) == 0) return static_cast<uint64_t>(product) / divisor;
  return product / divisor;
}

/// Clock edges at exact rational times: edge n lies at floor(n * numerator / denominator) femtoseconds, so
/// that no rounding accumulates over any number of cycles.
class Period {
 public:
  /// `khz`: the clock's frequency.
  explicit Period(uint64_t khz)
      : denominator_(khz), whole_fs_(kFsPerKhzPeriod / khz), rest_fs_(kFsPerKhzPeriod % khz) {}

  uint64_t edge_fs(Cycle n) const {
    if (rest_fs_ == 0) return n * whole_fs_;
    return n * whole_fs_ + static_cast<uint64_t>(quotient(Wide{n} * rest_fs_, denominator_));
  }
  /// The first edge strictly later than `fs`.
  Cycle first_edge_after_fs(uint64_t fs) const {
    if (rest_fs_ == 0) return fs / whole_fs_ + 1;
    // The least n with n · kFsPerKhzPeriod / khz ≥ fs + 1.
    return static_cast<Cycle>(quotient((Wide{fs} + 1) * denominator_ + kFsPerKhzPeriod - 1, kFsPerKhzPeriod));
  }

 private:
  static constexpr uint64_t kFsPerKhzPeriod = 1'000'000'000'000;  ///< femtoseconds of a 1 kHz period
  uint64_t denominator_;
  uint64_t whole_fs_, rest_fs_;  ///< the period is whole_fs_ + rest_fs_ / denominator_
};

}  // namespace systole
