#include <stdexcept>

#include "models/lane_program.h"

namespace systole {

const LaneOpcodeTraits& traits_of(LaneOpcode op) {
  static constexpr LaneOpcodeTraits kAll[] = {
#define SYSTOLE_OPCODE(id, registers, counted_as, row, meaning) \
  {#id, registers, LaneClass::counted_as, LaneRow::row, meaning},
#include "models/lane_opcodes.def"
#undef SYSTOLE_OPCODE
  };
  return kAll[static_cast<int>(op)];
}

static void count(LaneClass counted_as, LaneCounts& counts) {
  constexpr uint64_t LaneCounts::*kCounters[] = {&LaneCounts::multiplies, &LaneCounts::adds,
                                                 &LaneCounts::shifts, &LaneCounts::special,
                                                 &LaneCounts::other};
  ++(counts.*kCounters[static_cast<int>(counted_as)]);
}

LaneCounts LaneProgram::counts(LaneNumber number) const {
  LaneCounts counts;
  for (const LaneStep& step : steps) {
    if (step.number == number) count(traits_of(step.op).counted_as, counts);
  }
  return counts;
}

LaneCounts LaneProgram::counts() const {
  LaneCounts counts;
  for (const LaneStep& step : steps) count(traits_of(step.op).counted_as, counts);
  return counts;
}

LaneRow unit_in_row(LaneOpcode op, LaneRow before) {
  const LaneRow own = traits_of(op).row;
  return own == LaneRow::add && before >= LaneRow::add ? LaneRow::offset : own;
}

uint64_t LaneProgram::cycles(uint32_t special_cycles) const {
  uint64_t cycles = 0;
  LaneRow at = LaneRow::none;
  for (const LaneStep& step : steps) {
    if (!step.chained) {
      at = traits_of(step.op).row;
      cycles += traits_of(step.op).counted_as == LaneClass::special ? special_cycles : 1;
      continue;
    }
    const LaneRow next = unit_in_row(step.op, at);
    const bool follows = &step != steps.data() && (&step)[-1].target == step.a;
    if (at == LaneRow::none || next <= at || !follows)
      throw std::logic_error("a chained step does not go on along the row");
    at = next;
  }
  return cycles == 0 ? 1 : cycles;
}

}  // namespace systole
