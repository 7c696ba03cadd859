#pragma once
// A straight-line program of the vector unit: every lane runs it on an item of its own, on registers of its
// own. Small linear transforms, butterflies, complex sums, block sums: all of them are such programs.
#include <cstdint>
#include <vector>

#include "models/number/lane.h"

namespace systole {

/// A lane carries out one a cycle. `shift` multiplies by a power of two of either sign (int32: the division
/// must be exact); `divide` is an integer division, which must be exact as well.
enum class LaneOpcode : uint8_t { add, subtract, multiply, shift, negate, copy, divide };

/// target = a op b, or a op constant (multiply, shift, divide).
struct LaneStep {
  LaneOpcode op = LaneOpcode::copy;
  uint16_t target = 0, a = 0, b = 0;
  float constant = 0;
};

/// Operations of one item. negate, copy and divide are `other`.
struct LaneCounts {
  uint64_t multiplies = 0, adds = 0, shifts = 0, other = 0;
};

struct LaneProgram {
  LaneNumber number = LaneNumber::fp32;
  uint16_t registers = 0;  ///< the highest used, plus one; the inputs come in in the first ones
  uint16_t inputs = 0;
  std::vector<LaneStep> steps;
  std::vector<uint16_t> outputs;  ///< registers that go out, in order

  LaneCounts counts() const {
    LaneCounts counts;
    for (const LaneStep& step : steps) {
      const bool adds = step.op == LaneOpcode::add || step.op == LaneOpcode::subtract;
      ++(adds                              ? counts.adds
         : step.op == LaneOpcode::multiply ? counts.multiplies
         : step.op == LaneOpcode::shift    ? counts.shifts
                                           : counts.other);
    }
    return counts;
  }
};

/// Runs the program on `lanes` items at once; register r of lane l is registers[r * lanes + l], 32 bits of
/// fp32 or int32.
void run_lanes(const LaneProgram& program, uint32_t* registers, uint32_t lanes);

}  // namespace systole
