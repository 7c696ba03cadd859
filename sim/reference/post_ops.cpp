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
  const uint64_t at = bias_index(problem, output_index) * problem.channel_numbers();
  std::memcpy(&value, bias.data() + at * sizeof(T), sizeof(T));
  return value;
}

/// Of an output's channel, behind its bias, or of the layer.
float scale_of(const Problem& problem, const std::vector<uint8_t>& channels, uint64_t output_index) {
  if (!problem.scale_by_channel) return problem.scale;
  const uint64_t at =
      bias_index(problem, output_index) * problem.channel_numbers() + problem.channel_numbers() - 1;
  float scale;
  std::memcpy(&scale, channels.data() + at * sizeof scale, sizeof scale);
  return scale;
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

int32_t requantized(int64_t sum, float scale, int32_t zero_point, const NumberFormat& output) {
  // A long double holds 64 bits: the product of 33 and 24 bits is exact, and the only rounding is that to an
  // integer.
  static_assert(std::numeric_limits<long double>::digits >= 64);
  const long double scaled = static_cast<long double>(sum) * static_cast<long double>(scale);
  // Far beyond every format, and exact with any zero point.
  constexpr long double kFar = 0x1p40L;
  const long double shifted = std::nearbyint(std::clamp(scaled, -kFar, kFar)) + zero_point;
  return static_cast<int32_t>(
      std::clamp(shifted, static_cast<long double>(output.lowest), static_cast<long double>(output.highest)));
}

std::vector<float> finish(const Problem& problem, const std::vector<float>& sums,
                          const std::vector<uint8_t>& bias) {
  constexpr uint64_t kBlock = 1024;
  std::vector<float> results(sums.size());
  float biases[kBlock];
  for (uint64_t first = 0; first < sums.size(); first += kBlock) {
    const auto count = static_cast<uint32_t>(std::min(kBlock, sums.size() - first));
    biases_of_outputs(problem, bias, first, count, biases);
    finish_block(problem, sums.data() + first, biases, count, results.data() + first);
  }
  return results;
}

std::vector<int32_t> finish(const Problem& problem, const std::vector<int32_t>& sums,
                            const std::vector<uint8_t>& bias) {
  std::vector<int32_t> results(sums.size());
  for (uint64_t i = 0; i < sums.size(); ++i) {
    const int32_t of_channel = problem.bias ? bias_of<int32_t>(problem, bias, i) : 0;
    int32_t value;
    if (problem.requantize()) {
      value = requantized(int64_t{sums[i]} + of_channel, scale_of(problem, bias, i),
                          problem.zero_point.output, traits_of(problem.formats.output));
    } else {
      value = static_cast<int32_t>(static_cast<uint32_t>(sums[i]) + static_cast<uint32_t>(of_channel));
    }
    results[i] = problem.relu ? std::max(value, problem.zero_point.output) : value;
  }
  return results;
}

}  // namespace systole
