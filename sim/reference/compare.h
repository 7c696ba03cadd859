#pragma once
// Outputs against a reference, element by element.
#include <cmath>
#include <cstdint>
#include <vector>

namespace systole {

enum class OutputType : uint8_t { fp32, int32, int8 };

constexpr uint64_t bytes_of(OutputType type) { return type == OutputType::int8 ? 1 : 4; }

/// fp32 rounds magnitudes from here on to infinity: half a unit above the largest number.
inline constexpr double kFp32Overflow = 0x1.ffffffp127;

/// One number of a tensor of bytes.
double element(OutputType type, const std::vector<uint8_t>& bytes, uint64_t index);

/// |a - b|: 0 for equal infinities and two NaNs, infinite for any other two that are not both finite.
double distance(double a, double b);

/// The same of an output and what it should be before it is rounded to fp32. An infinity stands for all from
/// kFp32Overflow on; where the expected number falls short of that by `tolerance` or less, the distance is
/// what it falls short by.
double distance_of_output(double output, double expected, double tolerance);

struct Difference {
  uint64_t count = 0;             ///< elements that differ
  uint64_t first = 0, worst = 0;  ///< the first one, and the one with the largest distance
};

/// Exact comparison, of bits: a NaN has to be the canonical one.
Difference compare_exactly(OutputType type, const std::vector<uint8_t>& output,
                           const std::vector<uint8_t>& reference);

struct Closeness {
  double max_abs_error = 0;
  double max_magnitude = 0;  ///< of the reference's finite numbers
  uint64_t beyond = 0;       ///< elements farther off than their tolerance
  uint64_t other_class = 0;  ///< those of them where finite, NaN, +Inf or -Inf stands for another of these
  uint64_t worst = 0;        ///< where distance / tolerance is largest, the first of these
};

/// `expected(i)` is what element i should be, `tolerance(i)` the allowed distance: infinite where nothing can
/// be said of finite numbers. An output of another class is always beyond.
template <class Expected, class Tolerance>
Closeness compare_closely(OutputType type, const std::vector<uint8_t>& output, const Expected& expected,
                          const Tolerance& tolerance) {
  Closeness result;
  double worst_ratio = -1;
  for (uint64_t i = 0; i < output.size() / bytes_of(type); ++i) {
    const double wanted = expected(i), allowed = tolerance(i);
    const double error = distance_of_output(element(type, output, i), wanted, allowed);
    const bool other_class = std::isinf(error);
    const double ratio = error == 0 || other_class ? error : error / allowed;
    if (error > result.max_abs_error) result.max_abs_error = error;
    if (std::fabs(wanted) < kFp32Overflow && std::fabs(wanted) > result.max_magnitude)
      result.max_magnitude = std::fabs(wanted);
    if (other_class) ++result.other_class;
    if (other_class || error > allowed) ++result.beyond;
    if (ratio > worst_ratio) worst_ratio = ratio, result.worst = i;
  }
  return result;
}

}  // namespace systole
