#pragma once
#include <cstdint>
#include <vector>

#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// int8 sums of products by the textbook loops, in the output's layout; stands in where oneDNN is not exact.
std::vector<int32_t> plain_sums_int8(const Problem& problem, const TensorData& data);

}  // namespace systole
