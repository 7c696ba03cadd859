#pragma once
// What follows the sums of products, in plain loops: bias, scale or requantization, ReLU.
#include <cstdint>
#include <vector>

#include "sim/workload/problem.h"

namespace systole {

/// Sums of products in the output's layout -> the output tensor's bytes. `bias` as in TensorData.
/// fp32: relu(scale * (sum + bias)), every NaN as 0x7FC00000. int8: relu(sum + bias) as int32, or, with a
/// scale, relu(clamp(round-half-even(scale * float(sum + bias)))) as int8. Integer sums wrap at 32 bits.
std::vector<uint8_t> finish(const Problem& problem, const std::vector<float>& sums,
                            const std::vector<uint8_t>& bias);
std::vector<uint8_t> finish(const Problem& problem, const std::vector<int32_t>& sums,
                            const std::vector<uint8_t>& bias);

/// The bias of an output of an fp32 layer; 0 without one.
float bias_of_output(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t output_index);

/// The biases of `count` outputs from `first` on; zeros without one.
void biases_of_outputs(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t first,
                       uint32_t count, float* result);

/// The index into `bias` that belongs to an output element.
uint64_t bias_index(const Problem& problem, uint64_t output_index);

}  // namespace systole
