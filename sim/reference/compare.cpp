#include "sim/reference/compare.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace systole {
namespace {

template <class T>
double read(const std::vector<uint8_t>& bytes, uint64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

}  // namespace

double element(OutputType type, const std::vector<uint8_t>& bytes, uint64_t index) {
  switch (type) {
    case OutputType::fp32:
      return read<float>(bytes, index);
    case OutputType::int32:
      return read<int32_t>(bytes, index);
    case OutputType::int8:
      return read<int8_t>(bytes, index);
  }
  return 0;
}

double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double difference = std::fabs(a - b);
  return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

double distance_of_output(double output, double expected, double tolerance) {
  if (std::isinf(output) && std::isfinite(expected) && std::signbit(output) == std::signbit(expected)) {
    const double short_by = kFp32Overflow - std::fabs(expected);
    if (short_by <= 0) return 0;
    if (std::isfinite(tolerance) && short_by <= tolerance) return short_by;
  }
  return distance(output, expected);
}

Difference compare_exactly(OutputType type, const std::vector<uint8_t>& output,
                           const std::vector<uint8_t>& reference) {
  Difference result;
  if (output == reference) return result;
  const uint64_t size = bytes_of(type);
  double largest = -1;
  for (uint64_t i = 0; i < reference.size() / size; ++i) {
    if (std::memcmp(output.data() + i * size, reference.data() + i * size, size) == 0) continue;
    const double a = element(type, output, i), b = element(type, reference, i);
    if (result.count++ == 0) result.first = i;
    if (distance(a, b) > largest) largest = distance(a, b), result.worst = i;
  }
  return result;
}

}  // namespace systole
