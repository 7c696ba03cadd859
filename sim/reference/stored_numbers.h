#pragma once
// What stored numbers mean, worked out from a format's description alone (widths, ranges), in exact
// arithmetic on doubles: the references share no conversion with the machine.
#include <cstdint>
#include <vector>

#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {

/// The number that a pattern of `bits` bits stands for.
double number_of(const NumberFormat& format, uint32_t pattern);
/// The pattern of a number: floating point rounds to nearest even, integers are whole and within range.
uint32_t pattern_of(const NumberFormat& format, double number);

/// Half the distance between neighbours of the format around `magnitude`, of a floating-point format.
double half_spacing(const NumberFormat& format, double magnitude);
/// From here on, a number rounds to infinity.
double overflow_of(const NumberFormat& format);

/// Element `index` of a tensor whose rows begin at bytes, its padding counted.
uint32_t pattern_at(const NumberFormat& format, const uint8_t* tensor, uint64_t index);
void put_pattern(const NumberFormat& format, uint32_t pattern, uint8_t* tensor, uint64_t index);

/// A layer whose operands, less their zero points, are as wide as references compute in: fp32; int8 where
/// both fit, else int32. Strides count elements as before. Refers to what it was made of where that is wide
/// already.
class WideLayer {
 public:
  WideLayer(const Problem& problem, const TensorData& data);
  const Problem& problem() const { return problem_; }
  const TensorData& data() const { return is_wide_ ? given_ : wide_; }

 private:
  Problem problem_;
  const TensorData& given_;
  TensorData wide_;
  bool is_wide_;
};

/// Results in fp32 or int32 as the output tensor of the layer.
std::vector<uint8_t> stored_as(Format output, const std::vector<float>& results);
std::vector<uint8_t> stored_as(Format output, const std::vector<int32_t>& results);

}  // namespace systole
