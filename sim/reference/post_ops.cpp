#include "sim/reference/post_ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "models/clones.h"

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

SYSTOLE_CLONES void finish_block(const Problem& problem, const float* sums, const float* biases,
                                 uint32_t count, float* result) {
  const bool bias = problem.bias, has_scale = problem.has_scale, relu = problem.relu;
  const float scale = problem.scale;
  for (uint32_t i = 0; i < count; ++i) {
    float value = sums[i];
    if (bias) value = value + biases[i];
    if (has_scale) value = value * scale;
    if (relu) value = value < 0.0F ? 0.0F : value;  // a NaN stays
    result[i] = std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : value;
  }
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

void biases_of_outputs(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t first,
                       uint32_t count, float* result) {
  if (!problem.bias) {
    std::fill_n(result, count, 0.0F);
    return;
  }
  // Along the channels of a pixel the index goes up one by one.
  const uint64_t channels = problem.output.pixel;
  for (uint32_t done = 0; done < count;) {
    const uint64_t left = channels - (first + done) % channels;
    const auto run = static_cast<uint32_t>(std::min<uint64_t>(left, count - done));
    std::memcpy(result + done, bias.data() + bias_index(problem, first + done) * sizeof(float),
                run * sizeof(float));
    done += run;
  }
}

std::vector<uint8_t> finish(const Problem& problem, const std::vector<float>& sums,
                            const std::vector<uint8_t>& bias) {
  constexpr uint64_t kBlock = 1024;
  std::vector<uint8_t> bytes(sums.size() * sizeof(float));
  float biases[kBlock], block[kBlock];
  for (uint64_t first = 0; first < sums.size(); first += kBlock) {
    const auto count = static_cast<uint32_t>(std::min(kBlock, sums.size() - first));
    biases_of_outputs(problem, bias, first, count, biases);
    finish_block(problem, sums.data() + first, biases, count, block);
    std::memcpy(bytes.data() + first * sizeof(float), block, count * sizeof(float));
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
