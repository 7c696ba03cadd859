#pragma once
// What follows the sums of products, in plain loops: bias, scale or requantization, activation.
#include <cstdint>
#include <vector>

#include "sim/workload/problem.h"

namespace systole {

/// What becomes of one sum (PostOps) before it is stored in the output's format; every NaN as 0x7FC00000.
/// Integers that become narrower come out within their range, exact but for the roundings that PostOps names.
float finish(const PostOps& ops, float sum, float bias);
int32_t finish(const PostOps& ops, int32_t sum, int32_t bias, float scale);

/// The same of all sums, in the output's layout. `bias` as in TensorData.
std::vector<float> finish(const Problem& problem, const std::vector<float>& sums,
                          const std::vector<uint8_t>& bias);
std::vector<int32_t> finish(const Problem& problem, const std::vector<int32_t>& sums,
                            const std::vector<uint8_t>& bias);

/// With the exact activation in the place of its steps in fp32. Integers that pass fp32 may then differ by
/// `allowed`, which is empty for all others.
struct ExactIntegers {
  std::vector<int32_t> results;
  std::vector<float> allowed;
};
std::vector<float> finish_exactly(const Problem& problem, const std::vector<float>& sums,
                                  const std::vector<uint8_t>& bias);
ExactIntegers finish_exactly(const Problem& problem, const std::vector<int32_t>& sums,
                             const std::vector<uint8_t>& bias);

/// The bias of an output of a floating-point layer; 0 without one.
float bias_of_output(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t output_index);

/// The biases of `count` outputs from `first` on; zeros without one.
void biases_of_outputs(const Problem& problem, const std::vector<uint8_t>& bias, uint64_t first,
                       uint32_t count, float* result);

/// The index into `bias` that belongs to an output element.
uint64_t bias_index(const Problem& problem, uint64_t output_index);

}  // namespace systole
