#pragma once
// How far outputs lie from the layer computed in fp64: what an algorithm's own roundings cost.
#include <cstdint>
#include <vector>

#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

struct Fp64Error {
  double max_abs_error = 0;
  uint64_t outputs = 0;  ///< that were compared
};

/// fp32 layers. Products of fp32 are exact in fp64; their sums, bias and scale are rounded to fp64, in an
/// order of this function's own. All outputs up to 2^26 MACs; of a larger layer 65,536, one out of each of so
/// many equal stretches of the tensor, at places that no regular stride of the layer falls in step with.
Fp64Error fp64_error(const Problem& problem, const TensorData& data, const std::vector<uint8_t>& output);

}  // namespace systole
