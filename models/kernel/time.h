#pragma once
#include <cstdint>

namespace systole {

using Cycle = uint64_t;
__extension__ using Wide = unsigned __int128;  ///< products of times and frequencies
inline constexpr Cycle kNever = ~Cycle{0};

/// Clock edges at exact rational times: edge n lies at floor(n * numerator / denominator) femtoseconds, so
/// that no rounding accumulates over any number of cycles.
class Period {
 public:
  /// `khz`: the clock's frequency.
  explicit Period(uint64_t khz)
      : denominator_(khz), whole_fs_(kFsPerKhzPeriod % khz == 0 ? kFsPerKhzPeriod / khz : 0) {}

  uint64_t edge_fs(Cycle n) const {
    if (whole_fs_ != 0) return n * whole_fs_;
    return static_cast<uint64_t>(static_cast<Wide>(n) * kFsPerKhzPeriod / denominator_);
  }
  /// The first edge strictly later than `fs`.
  Cycle first_edge_after_fs(uint64_t fs) const {
    if (whole_fs_ != 0) return fs / whole_fs_ + 1;
    Cycle n = static_cast<Cycle>(static_cast<Wide>(fs) * denominator_ / kFsPerKhzPeriod);
    while (edge_fs(n) <= fs) ++n;
    return n;
  }

 private:
  static constexpr uint64_t kFsPerKhzPeriod = 1'000'000'000'000;  ///< femtoseconds of a 1 kHz period
  uint64_t denominator_;
  uint64_t whole_fs_;  ///< the period where it is a whole number, else 0
};

}  // namespace systole
