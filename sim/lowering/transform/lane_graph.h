#pragma once
// Sums and constant multiples of a program's inputs, written down first and made a LaneProgram afterwards.
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "models/lane_program.h"

namespace systole {

/// A value of a LaneGraph, or its negative, which costs nothing. Without a node: a known zero.
struct LaneTerm {
  int32_t node = -1;
  bool negative = false;

  bool zero() const { return node < 0; }
  LaneTerm operator-() const { return {node, !negative}; }
};

/// Whether multiplying by it is a shift; for factors above 0.
bool is_shift(float factor);

struct LaneNode {
  enum class Kind : uint8_t { input, sum, difference, multiple };
  Kind kind = Kind::input;
  int32_t a = -1, b = -1;  ///< input: a is its number; multiple: b unused
  float factor = 0;        ///< multiple: above 0
};

/// Every node exists once: the same sum, up to sign and the order of its terms, is the same node. So
/// symmetries of the inputs (reals, conjugates, known zeros) thin a transform out by themselves.
class LaneGraph {
 public:
  LaneTerm input();
  /// Nothing is computed for a known zero; x + x is a shift.
  LaneTerm add(LaneTerm x, LaneTerm y);
  LaneTerm subtract(LaneTerm x, LaneTerm y) { return add(x, -y); }
  /// A shift for powers of two, else a multiply; +-1 and 0 cost nothing.
  LaneTerm scale(LaneTerm x, float factor);

  /// What the outputs need and nothing else, depth first, registers reused as soon as they are free. A
  /// negated output costs a `negate` where no subtraction or constant can be turned round; an output that is
  /// a known zero costs one subtraction of a register from itself, for all of them together.
  LaneProgram program(const std::vector<LaneTerm>& outputs) const;

 private:
  LaneTerm node(LaneNode::Kind kind, int32_t a, int32_t b, float factor);

  std::vector<LaneNode> nodes_;
  std::map<std::array<int64_t, 4>, int32_t> known_;
  int32_t inputs_ = 0;
};

}  // namespace systole
