#pragma once
// The plain reference: every output summed in the order the lowering states, so that it must agree with the
// machine bit for bit. It shares no code with the machine.
#include <cstdint>
#include <vector>

#include "sim/lowering/accumulation_order.h"
#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// Sums of products in the output's layout, before bias, scale and ReLU. Padding zeros are products like
/// others. `stored`: the formats that the numbers, here fp32, come from. `threads` share the work; the result
/// does not depend on them.
std::vector<float> ordered_sums_fp32(const Problem& problem, const AccumulationOrder& order,
                                     const ProductFormats& stored, const TensorData& data, unsigned threads);

/// Integer operands of the problem's format, int32 sums that wrap: the order does not matter.
std::vector<int32_t> ordered_sums_integer(const Problem& problem, const TensorData& data, unsigned threads);

/// The output tensor's bytes as they should lie in DRAM.
std::vector<uint8_t> ordered_reference(const Problem& problem, const AccumulationOrder& order,
                                       const TensorData& data, unsigned threads = 1);

}  // namespace systole
