#include "sim/reference/post_ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace systole {
namespace {

template <class T>
T bias_of(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t output_index) {
  T value;
  std::memcpy(&value, bias.data() + bias_index(problem, output_index) * sizeof(T), sizeof(T));
  return value;
}

int8_t requantize(float scaled) {
  return static_cast<int8_t>(std::nearbyint(std::clamp(scaled, -128.0F, 127.0F)));
}

template <class T>
void put(std::vector<uint8_t>& bytes, uint64_t index, T value) {
  std::memcpy(bytes.data() + index * sizeof(T), &value, sizeof(T));
}

}  // namespace

uint64_t bias_index(const Problem& problem, uint64_t output_index) {
  // Groups of a convolution lie side by side in the channels; those of a gemm follow one another.
  const uint64_t channels = problem.output.pixel;
  const uint64_t channel = output_index % channels;
  return channels > problem.M ? channel
                              : output_index / problem.output.group % problem.groups * problem.M + channel;
}

float bias_of_output(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t output_index) {
  return problem.bias ? bias_of<float>(problem, bias, output_index) : 0;
}

std::vector<uint8_t> finish(const Problem& problem, const std::vector<float>& sums,
                            const std::vector<uint8_t>& bias) {
  std::vector<uint8_t> bytes(sums.size() * sizeof(float));
  for (uint64_t i = 0; i < sums.size(); ++i) {
    float value = sums[i];
    if (problem.bias) value = value + bias_of<float>(problem, bias, i);
    if (problem.has_scale) value = value * problem.scale;
    if (problem.relu && value < 0.0F) value = 0.0F;  // a NaN stays
    if (std::isnan(value)) value = std::numeric_limits<float>::quiet_NaN();
    put(bytes, i, value);
  }
  return bytes;
}

std::vector<uint8_t> finish(const Problem& problem, const std::vector<int32_t>& sums,
                            const std::vector<uint8_t>& bias) {
  std::vector<uint8_t> bytes(sums.size() * problem.output_bytes());
  for (uint64_t i = 0; i < sums.size(); ++i) {
    auto wrapped = static_cast<uint32_t>(sums[i]);
    if (problem.bias) wrapped += bias_of<uint32_t>(problem, bias, i);
    auto value = static_cast<int32_t>(wrapped);
    if (problem.requantize()) {
      const int8_t narrow = requantize(static_cast<float>(value) * problem.scale);
      put(bytes, i, problem.relu ? std::max<int8_t>(narrow, 0) : narrow);
    } else {
      put(bytes, i, problem.relu ? std::max(value, 0) : value);
    }
  }
  return bytes;
}

}  // namespace systole
