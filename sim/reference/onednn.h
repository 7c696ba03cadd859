#pragma once
// Sums of products by oneDNN: convolution with the algorithm `direct`, or matmul.
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// In the output's layout, before bias, scale and ReLU.
struct OneDnnSums {
  std::vector<float> sums;
  std::vector<float> magnitudes;  ///< of |input| * |weight|, in the same order
};
/// One thread, so that the rounding is the same from run to run.
OneDnnSums onednn_sums_fp32(const Problem& problem, const TensorData& data);

/// int8 operands, int32 sums. Nothing where oneDNN is not exact (without VNNI instructions it saturates pairs
/// of products, or halves the weights to avoid that) or has no implementation.
std::optional<std::vector<int32_t>> onednn_sums_int8(const Problem& problem, const TensorData& data);

}  // namespace systole
