#include "sim/reference/post_ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "models/clones.h"
#include "sim/reference/activation.h"

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

/// Without a curve: what vectorises.
SYSTOLE_CLONES void finish_block(const PostOps& ops, const float* sums, const float* biases, uint32_t count,
                                 float* result) {
  const bool bias = ops.bias, has_scale = ops.has_scale;
  const bool relu = ops.activation.function == ActivationFunction::relu;
  const float scale = ops.scale;
  for (uint32_t i = 0; i < count; ++i) {
    float value = sums[i];
    if (bias) value = value + biases[i];
    if (has_scale) value = value * scale;
    if (relu) value = value < 0.0F ? 0.0F : value;  // a NaN stays
    result[i] = std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : value;
  }
}

int32_t within_int32(int64_t value) {
  return static_cast<int32_t>(
      std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
}

/// The nearest integer to `value` and the zero point, within the output's range.
int32_t narrowed(long double value, const PostOps& ops) {
  // Far beyond every format, and exact with any zero point.
  constexpr long double kFar = 0x1p31L;
  const NumberFormat& output = traits_of(ops.output);
  const long double shifted = std::nearbyint(std::clamp(value, -kFar, kFar)) + ops.zero_point;
  return static_cast<int32_t>(
      std::clamp(shifted, static_cast<long double>(output.lowest), static_cast<long double>(output.highest)));
}

int32_t narrowed_by_fp32(const PostOps& ops, int32_t x, float scale) {
  auto value = static_cast<float>(x);
  if (ops.has_scale) value = value * scale;
  value = activation_in_fp32(ops.activation, value);
  if (ops.output_scale != 1) value = value * (1 / ops.output_scale);
  return std::isnan(value) ? narrowed(0, ops) : narrowed(value, ops);
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

float finish(const PostOps& ops, float sum, float bias) {
  float value = sum;
  if (ops.bias) value = value + bias;
  if (ops.has_scale) value = value * ops.scale;
  value = activation_in_fp32(ops.activation, value);
  return std::isnan(value) ? std::numeric_limits<float>::quiet_NaN() : value;
}

int32_t finish(const PostOps& ops, int32_t sum, int32_t bias, float scale) {
  const int32_t of_channel = ops.bias ? bias : 0;
  if (!ops.converts()) {
    const auto value = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(of_channel));
    return ops.activation ? std::max(value, 0) : value;
  }
  const int32_t x = within_int32(int64_t{sum} + of_channel);
  if (ops.passes_fp32()) return narrowed_by_fp32(ops, x, scale);
  // A long double holds 64 bits: the product of 32 and 24 bits is exact, and the only rounding is that to an
  // integer.
  static_assert(std::numeric_limits<long double>::digits >= 64);
  const int32_t value = narrowed(static_cast<long double>(x) * static_cast<long double>(scale), ops);
  return ops.activation ? std::max(value, ops.zero_point) : value;
}

std::vector<float> finish(const Problem& problem, const std::vector<float>& sums,
                          const std::vector<uint8_t>& bias) {
  constexpr uint64_t kBlock = 1024;
  const PostOps ops = problem.post_ops();
  std::vector<float> results(sums.size());
  float biases[kBlock];
  for (uint64_t first = 0; first < sums.size(); first += kBlock) {
    const auto count = static_cast<uint32_t>(std::min(kBlock, sums.size() - first));
    biases_of_outputs(problem, bias, first, count, biases);
    if (!ops.activation.traits().is_curve) {
      finish_block(ops, sums.data() + first, biases, count, results.data() + first);
      continue;
    }
    for (uint32_t i = 0; i < count; ++i) results[first + i] = finish(ops, sums[first + i], biases[i]);
  }
  return results;
}

std::vector<int32_t> finish(const Problem& problem, const std::vector<int32_t>& sums,
                            const std::vector<uint8_t>& bias) {
  const PostOps ops = problem.post_ops();
  std::vector<int32_t> results(sums.size());
  for (uint64_t i = 0; i < sums.size(); ++i) {
    const int32_t of_channel = problem.bias ? bias_of<int32_t>(problem, bias, i) : 0;
    results[i] = finish(ops, sums[i], of_channel, scale_of(problem, bias, i));
  }
  return results;
}

std::vector<float> finish_exactly(const Problem& problem, const std::vector<float>& sums,
                                  const std::vector<uint8_t>& bias) {
  const PostOps ops = problem.post_ops();
  if (!ops.activation.traits().is_curve) return finish(problem, sums, bias);
  std::vector<float> results(sums.size());
  for (uint64_t i = 0; i < sums.size(); ++i) {
    const double x = (double{sums[i]} + double{bias_of_output(problem, bias, i)}) * double{ops.scale};
    results[i] = static_cast<float>(exact_activation(ops.activation, x));
  }
  return results;
}

ExactIntegers finish_exactly(const Problem& problem, const std::vector<int32_t>& sums,
                             const std::vector<uint8_t>& bias) {
  const PostOps ops = problem.post_ops();
  if (!ops.passes_fp32()) return {finish(problem, sums, bias), {}};
  ExactIntegers exact;
  for (uint64_t i = 0; i < sums.size(); ++i) {
    const int32_t of_channel = problem.bias ? bias_of<int32_t>(problem, bias, i) : 0;
    const double x = static_cast<double>(within_int32(int64_t{sums[i]} + of_channel)) *
                     double{ops.has_scale ? scale_of(problem, bias, i) : 1.0F};
    const double y = exact_activation(ops.activation, x) / double{ops.output_scale};
    exact.results.push_back(std::isnan(y) ? narrowed(0, ops) : narrowed(y, ops));
    // x and y are rounded twice each, and a quantum may lie between the integers that two numbers close to
    // each other are rounded to.
    const double off = steepest_slope(ops.activation) * std::fabs(x) * 0x1p-23 +
                       activation_error(ops.activation, x * (1 + 0x1p-23));
    exact.allowed.push_back(
        static_cast<float>(std::ceil(off / double{ops.output_scale} + std::fabs(y) * 0x1p-22)));
  }
  return exact;
}

}  // namespace systole
