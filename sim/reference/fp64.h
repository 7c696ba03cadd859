#pragma once
// A floating-point layer computed in fp64: a reference where the library's does not serve, and what an
// algorithm's own roundings cost.
#include <cstdint>
#include <vector>

#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// Output by output, by the textbook's loops. Products of fp32 are exact in fp64; their sums, bias and scale
/// are rounded to fp64, in an order of its own. Nothing finite overflows. Padding zeros are factors like
/// others: 0 * Inf is NaN.
class Fp64Layer {
 public:
  /// Both outlive it; operands are fp32 (WideLayer).
  Fp64Layer(const Problem& problem, const TensorData& data);

  /// `index`: of the output tensor.
  double output(uint64_t index) const;
  /// The sum of |input| * |weight| for an output.
  double magnitude(uint64_t index) const;

 private:
  /// `row`: of gemm.m; `m`: the filter of the group.
  struct Place {
    uint64_t group, row, m;
  };
  Place place_of(uint64_t index) const;
  template <class Dot>
  double sum(const Place& place, Dot dot) const;

  const Problem& p_;
  const float* input_;
  const float* weight_;
  const float* bias_;
  bool padding_counts_;  ///< some weight makes a padding zero's product NaN
};

struct Fp64Error {
  double max_abs_error = 0;  ///< infinite where an output and its exact value are of different classes
  uint64_t outputs = 0;      ///< that were compared
};

/// Floating-point layers. All outputs up to 2^26 MACs; of a larger layer 65,536, one out of each of so many
/// equal stretches of the output tensor, at places that no regular stride of the layer falls in step with.
Fp64Error fp64_error(const Problem& problem, const TensorData& data, const std::vector<uint8_t>& output);

}  // namespace systole
