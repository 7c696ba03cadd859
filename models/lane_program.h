#pragma once
// A straight-line program of the vector unit: every lane runs it on an item of its own, on registers of its
// own. Linear transforms, butterflies, complex sums, block sums, what becomes of a layer's results: all of
// them are such programs.
#include <cstdint>
#include <vector>

#include "models/number/lane.h"

namespace systole {

/// What a step does; see lane_opcodes.def for the meaning of each.
enum class LaneOpcode : uint8_t {
#define SYSTOLE_OPCODE(id, ...) id,
#include "models/lane_opcodes.def"
#undef SYSTOLE_OPCODE
};

/// What an operation is counted and priced as.
enum class LaneClass : uint8_t { multiply, add, shift, special, other };

/// The units of a lane stand in a row: adder, multiplier, rounding, a second adder, limits, the conversion to
/// what is stored. `none`: outside of the row.
enum class LaneRow : uint8_t { none, add, multiply, round, offset, maximum, minimum, store };

struct LaneOpcodeTraits {
  const char* name;
  uint8_t registers;  ///< it reads, from `a` on
  LaneClass counted_as;
  LaneRow row;
  const char* meaning;
};
const LaneOpcodeTraits& traits_of(LaneOpcode op);
/// The unit that the operation takes when what it works on has left the row at `before`.
LaneRow unit_in_row(LaneOpcode op, LaneRow before);

/// target = op(a, b, c), on numbers of a kind; multiply, shift and divide have a constant in the place of b.
struct LaneStep {
  LaneOpcode op = LaneOpcode::copy;
  uint16_t target = 0, a = 0, b = 0;
  float constant = 0;
  LaneNumber number = LaneNumber::fp32;
  uint16_t c = 0;
  /// It is carried out in the cycle of the step before it, whose result is its `a`, by a unit further along
  /// the row.
  bool chained = false;
};

/// A function between `low` and `high` by its values at equal distances, the first at low, the last at high.
struct LaneTable {
  float low = 0, high = 0;
  std::vector<float> values;
};

/// A register that holds the same bits in every lane from the start.
struct LaneConstant {
  uint16_t target = 0;
  Lane value = 0;
};

/// Operations of one item, by class.
struct LaneCounts {
  uint64_t multiplies = 0, adds = 0, shifts = 0, special = 0, other = 0;
};

struct LaneProgram {
  uint16_t registers = 0;  ///< the highest used, plus one; the inputs come in in the first ones
  uint16_t inputs = 0;
  std::vector<LaneStep> steps;
  std::vector<uint16_t> outputs;  ///< registers that go out, in order
  std::vector<LaneConstant> constants;
  std::vector<LaneTable> tables;  ///< a `table` step's b is the number of its table

  /// Of the steps on numbers of this kind.
  LaneCounts counts(LaneNumber number) const;
  LaneCounts counts() const;
  /// Cycles that a lane takes for an item: one a step that is not chained, `special_cycles` one of the class
  /// `special`; one where there are no steps. Throws std::logic_error where a chained step does not go on
  /// along the row.
  uint64_t cycles(uint32_t special_cycles) const;
};

/// Runs the program on `lanes` items at once; register r of lane l is registers[r * lanes + l].
void run_lanes(const LaneProgram& program, uint32_t* registers, uint32_t lanes);

}  // namespace systole
