#include "sim/reference/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "models/clones.h"

namespace systole {
namespace {

struct BlockCloseness {
  double error[Closeness::kBlock], ratio[Closeness::kBlock];
  uint64_t beyond;
};

/// False if a number is not finite.
SYSTOLE_CLONES bool measure(const float* output, const float* wanted, const double* allowed,
                            BlockCloseness& block) {
  constexpr uint32_t kExponent = 0x7F800000;
  uint32_t not_finite = 0;
  for (uint32_t i = 0; i < Closeness::kBlock; ++i) {
    uint32_t bits[2];
    std::memcpy(&bits[0], output + i, 4);
    std::memcpy(&bits[1], wanted + i, 4);
    not_finite |= (bits[0] & kExponent) == kExponent || (bits[1] & kExponent) == kExponent;
  }
  if (not_finite != 0) return false;
  uint64_t beyond = 0;
  for (uint32_t i = 0; i < Closeness::kBlock; ++i) {
    const double error = std::fabs(double{output[i]} - double{wanted[i]}), ratio = error / allowed[i];
    block.error[i] = error;
    block.ratio[i] = error == 0 ? 0 : ratio;
    beyond += error > allowed[i];
  }
  block.beyond = beyond;
  return true;
}

/// The largest of kBlock numbers, none of them NaN or less than 0.
template <class T>
SYSTOLE_INLINE T largest_of(const T* numbers) {
  constexpr uint32_t kLanes = 16;
  T most[kLanes] = {};
  for (uint32_t i = 0; i < Closeness::kBlock; i += kLanes) {
    for (uint32_t lane = 0; lane < kLanes; ++lane)
      most[lane] = numbers[i + lane] > most[lane] ? numbers[i + lane] : most[lane];
  }
  return *std::max_element(most, most + kLanes);
}

SYSTOLE_CLONES double largest(const double* numbers) { return largest_of(numbers); }

SYSTOLE_CLONES float largest_magnitude(const float* numbers) {
  float magnitudes[Closeness::kBlock];
  for (uint32_t i = 0; i < Closeness::kBlock; ++i) magnitudes[i] = std::fabs(numbers[i]);
  return largest_of(magnitudes);
}

}  // namespace

double element(Format format, const std::vector<uint8_t>& bytes, uint64_t index) {
  const NumberFormat& traits = traits_of(format);
  return number_of(traits, pattern_at(traits, bytes.data(), index));
}

double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double difference = std::fabs(a - b);
  return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

double distance_of_output(double output, double expected, double tolerance, double overflow) {
  if (std::isinf(output) && std::isfinite(expected) && std::signbit(output) == std::signbit(expected)) {
    const double short_by = overflow - std::fabs(expected);
    if (short_by <= 0) return 0;
    if (std::isfinite(tolerance) && short_by <= tolerance) return short_by;
  }
  return distance(output, expected);
}

Difference compare_exactly(Format format, const std::vector<uint8_t>& output,
                           const std::vector<uint8_t>& reference) {
  Difference result;
  if (output == reference) return result;
  const uint64_t size = traits_of(format).bits / 8;
  double largest = -1;
  for (uint64_t i = 0; i < reference.size() / size; ++i) {
    if (std::memcmp(output.data() + i * size, reference.data() + i * size, size) == 0) continue;
    const double a = element(format, output, i), b = element(format, reference, i);
    if (result.count++ == 0) result.first = i;
    if (distance(a, b) > largest) largest = distance(a, b), result.worst = i;
  }
  return result;
}

void Closeness::add(uint64_t index, double output, double wanted, double allowed) {
  const double error = distance_of_output(output, wanted, allowed, overflow);
  const bool is_other_class = std::isinf(error);
  const double ratio = error == 0 || is_other_class ? error : error / allowed;
  if (error > max_abs_error) max_abs_error = error;
  if (std::fabs(wanted) < overflow && std::fabs(wanted) > max_magnitude) max_magnitude = std::fabs(wanted);
  if (is_other_class) ++other_class;
  if (is_other_class || error > allowed) ++beyond;
  if (ratio > worst_ratio) worst_ratio = ratio, worst = index;
}

bool Closeness::add_block(uint64_t first, const float* output, const float* wanted, const double* allowed) {
  BlockCloseness block;
  if (!measure(output, wanted, allowed, block)) return false;
  max_abs_error = std::max(max_abs_error, largest(block.error));
  max_magnitude = std::max(max_magnitude, double{largest_magnitude(wanted)});
  beyond += block.beyond;
  const double ratio = largest(block.ratio);
  if (ratio > worst_ratio) {
    worst_ratio = ratio;
    worst = first + static_cast<uint64_t>(std::find(block.ratio, block.ratio + kBlock, ratio) - block.ratio);
  }
  return true;
}

}  // namespace systole
