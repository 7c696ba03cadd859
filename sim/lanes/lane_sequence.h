#pragma once
#include <cstdint>
#include <vector>

#include "models/lane_program.h"
#include "sim/lanes/rational.h"

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

  /// The same number in every lane.
  Value constant(float value);
  Value constant(int32_t value);
  /// Takes up another kind of number for the steps that follow.
  void take(LaneNumber number) { number_ = number; }
  /// Any step; `factor` of those with a constant. In the cycle of the step asked for last where that made `a`
  /// and the row of units goes on from there.
  Value apply(LaneOpcode op, Value a, Value b, Value c, float factor = 0);
  Value apply(LaneOpcode op, Value a, Value b) { return apply(op, a, b, a); }
  Value apply(LaneOpcode op, Value a) { return apply(op, a, a, a); }
  Value times(Value a, float factor) { return apply(LaneOpcode::multiply, a, a, a, factor); }
  Value look_up(Value a, LaneTable table);

  /// std::length_error beyond 65535 registers.
  LaneProgram program(const std::vector<Value>& outputs) const;

 private:
  struct Node {
    LaneOpcode op;
    LaneNumber number;
    Value a, b, c;
    float constant;
    bool chained;
  };
  Value step(LaneOpcode op, Value a, Value b, float constant);
  Value constant_lane(Lane value);

  LaneNumber number_;
  uint32_t inputs_;
  std::vector<Lane> constants_;
  std::vector<LaneTable> tables_;
  std::vector<Node> nodes_;
  LaneRow row_ = LaneRow::none;  ///< the unit that the last step left the row at
};

}  // namespace systole
