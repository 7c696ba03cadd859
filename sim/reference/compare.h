#pragma once
// Outputs against a reference, element by element.
#include <cstdint>
#include <vector>

#include "models/number/format.h"
#include "sim/reference/stored_numbers.h"

namespace systole {

/// fp32 rounds magnitudes from here on to infinity: half a unit above the largest number.
inline constexpr double kFp32Overflow = 0x1.ffffffp127;

/// One number of a tensor of bytes.
double element(Format format, const std::vector<uint8_t>& bytes, uint64_t index);

/// |a - b|: 0 for equal infinities and two NaNs, infinite for any other two that are not both finite.
double distance(double a, double b);

/// The same of an output and what it should be before it is rounded to the output's format. An infinity
/// stands for all from `overflow` on; where the expected number falls short of that by `tolerance` or less,
/// the distance is what it falls short by.
double distance_of_output(double output, double expected, double tolerance, double overflow = kFp32Overflow);

struct Difference {
  uint64_t count = 0;             ///< elements that differ
  uint64_t first = 0, worst = 0;  ///< the first one, and the one with the largest distance
};

/// Exact comparison, of bits: a NaN has to be the canonical one.
Difference compare_exactly(Format format, const std::vector<uint8_t>& output,
                           const std::vector<uint8_t>& reference);

struct Closeness {
  double max_abs_error = 0;
  double max_magnitude = 0;  ///< of the reference's finite numbers
  uint64_t beyond = 0;       ///< elements farther off than their tolerance
  uint64_t other_class = 0;  ///< those of them where finite, NaN, +Inf or -Inf stands for another of these
  uint64_t worst = 0;        ///< where distance / tolerance is largest, the first of these
  double worst_ratio = -1;   ///< that ratio; of another class, infinite
  double overflow = kFp32Overflow;  ///< outputs are infinite from here on

  /// Takes element `index`, after those before it. It should be `wanted` within `allowed`, which is infinite
  /// where nothing can be said of finite numbers. An output of another class is always beyond.
  void add(uint64_t index, double output, double wanted, double allowed);

  static constexpr uint32_t kBlock = 256;
  /// Takes the kBlock elements of fp32 from `first` on at once. False, and nothing is taken, if one of these
  /// numbers is not finite.
  bool add_block(uint64_t first, const float* output, const float* wanted, const double* allowed);
};

/// `expected(i)` is what element i should be, `tolerance(i)` the allowed distance.
template <class Expected, class Tolerance>
Closeness compare_closely(Format format, const std::vector<uint8_t>& output, const Expected& expected,
                          const Tolerance& tolerance) {
  Closeness result;
  if (traits_of(format).is_float()) result.overflow = overflow_of(traits_of(format));
  for (uint64_t i = 0; i < 8 * output.size() / traits_of(format).bits; ++i)
    result.add(i, element(format, output, i), expected(i), tolerance(i));
  return result;
}

}  // namespace systole
