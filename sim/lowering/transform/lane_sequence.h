#pragma once
#include <cstdint>
#include <vector>

#include "models/lane_program.h"
#include "sim/lowering/transform/rational.h"

namespace systole {

/// A lane program in the making: values instead of registers. Steps run in the order they were asked for; a
/// register is taken again as soon as the last reader of its value has run.
class LaneSequence {
 public:
  using Value = uint32_t;  ///< the inputs are 0..inputs-1

  LaneSequence(LaneNumber number, uint32_t inputs);

  Value add(Value a, Value b) { return step(LaneOpcode::add, a, b, 0); }
  Value subtract(Value a, Value b) { return step(LaneOpcode::subtract, a, b, 0); }
  /// Nothing for 1, a negation for -1, a shift for +-2^i, else a multiply. fp32 rounds the factor to the
  /// nearest float; an int32 factor must be whole and exact in a float, else std::range_error.
  Value scale(Value a, const Rational& factor);
  /// The exact division of an integer: a shift where `by` is a power of two.
  Value divide_exactly(Value a, int64_t by);

  /// std::length_error beyond 65535 registers.
  LaneProgram program(const std::vector<Value>& outputs) const;

 private:
  struct Node {
    LaneOpcode op;
    Value a, b;
    float constant;
  };
  Value step(LaneOpcode op, Value a, Value b, float constant);

  LaneNumber number_;
  uint32_t inputs_;
  std::vector<Node> nodes_;
};

}  // namespace systole
