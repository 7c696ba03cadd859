#pragma once
#include <cstdint>
#include <vector>

#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// Sums of products of int8 or int32, modulo 2^32, by the textbook loops, in the output's layout; stands in
/// where oneDNN is not exact.
std::vector<int32_t> plain_sums(const Problem& problem, const TensorData& data);

}  // namespace systole
