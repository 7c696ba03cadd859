#pragma once
// What follows the sums of products, in plain loops: bias, scale or requantization, ReLU.
#include <cstdint>
#include <vector>

#include "sim/workload/problem.h"

namespace systole {

/// Sums of products in the output's layout -> results, before they are stored in the output's format. `bias`
/// as in TensorData. Floating point: relu(scale * (sum + bias)) in fp32, every NaN as 0x7FC00000. Integers:
/// relu(sum + bias), which wraps at 32 bits, or, where outputs have fewer bits,
/// relu(clamp(round-half-even(scale * (sum + bias)))), exact but for the one rounding.
std::vector<float> finish(const Problem& problem, const std::vector<float>& sums,
                          const std::vector<uint8_t>& bias);
std::vector<int32_t> finish(const Problem& problem, const std::vector<int32_t>& sums,
                            const std::vector<uint8_t>& bias);

/// round-half-even(scale * sum) + zero_point within the range of an integer format.
int32_t requantized(int64_t sum, float scale, int32_t zero_point, const NumberFormat& output);

/// The bias of an output of a floating-point layer; 0 without one.
float bias_of_output(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t output_index);

/// The biases of `count` outputs from `first` on; zeros without one.
void biases_of_outputs(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t first,
                       uint32_t count, float* result);

/// The index into `bias` that belongs to an output element.
uint64_t bias_index(const Problem& problem, uint64_t output_index);

}  // namespace systole
