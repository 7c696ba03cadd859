#pragma once
// Outputs against a reference, element by element.
#include <cstdint>
#include <vector>

namespace systole {

enum class OutputType : uint8_t { fp32, int32, int8 };

constexpr uint64_t bytes_of(OutputType type) { return type == OutputType::int8 ? 1 : 4; }

/// One number of a tensor of bytes.
double element(OutputType type, const std::vector<uint8_t>& bytes, uint64_t index);

/// |a - b|: 0 for equal infinities and two NaNs, infinite when only one is a NaN.
double distance(double a, double b);

struct Difference {
  uint64_t count = 0;             ///< elements that differ
  uint64_t first = 0, worst = 0;  ///< the first one, and the one with the largest distance
};

/// Exact comparison; of bits, but for two NaNs, which are equal.
Difference compare_exactly(OutputType type, const std::vector<uint8_t>& output,
                           const std::vector<uint8_t>& reference);

struct Closeness {
  double max_abs_error = 0, max_magnitude = 0;  ///< magnitude of the reference
  uint64_t beyond = 0;                          ///< elements farther off than their tolerance
  uint64_t worst = 0;                           ///< where distance / tolerance is largest
};

/// `tolerance(i)` is the allowed distance of element i, infinite where nothing can be said.
template <class Tolerance>
Closeness compare_closely(OutputType type, const std::vector<uint8_t>& output,
                          const std::vector<uint8_t>& reference, const Tolerance& tolerance) {
  Closeness result;
  double worst_ratio = -1;
  for (uint64_t i = 0; i < output.size() / bytes_of(type); ++i) {
    const double expected = element(type, reference, i), allowed = tolerance(i);
    const double error = distance(element(type, output, i), expected);
    const double ratio = error == 0 ? 0 : error / allowed;
    if (error > result.max_abs_error) result.max_abs_error = error;
    if (distance(expected, 0) > result.max_magnitude) result.max_magnitude = distance(expected, 0);
    if (error > allowed) ++result.beyond;
    if (ratio > worst_ratio) worst_ratio = ratio, result.worst = i;
  }
  return result;
}

}  // namespace systole
