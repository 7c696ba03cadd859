#include "sim/lowering/stage/staged_program.h"

namespace systole {
namespace {

/// The events that an instruction of this unit will count.
void count(int unit, std::array<uint64_t, kEventCount>& events) {
  const auto add = [&](Event event) { ++events[static_cast<int>(event)]; };
  switch (unit) {
    case static_cast<int>(Unit::load):
      return add(Event::load_done);
    case static_cast<int>(Unit::store):
      return add(Event::store_done);
    case static_cast<int>(Unit::matmul):
      add(Event::matmul_read);
      return add(Event::matmul_done);
    case static_cast<int>(Unit::vector):
      return add(Event::vector_done);
    default:
      return;
  }
}

}  // namespace

bool StagedProgram::next(Instruction& instruction) {
  if (programs_.empty()) {
    if (stages_.empty()) return false;
    programs_.push_back(stages_[next_stage_++]());
  }
  if (programs_.back()->next(instruction)) {
    for (int e = 0; e < kEventCount; ++e) {
      if (instruction.wait.at_least[e] > 0) instruction.wait.at_least[e] += before_[e];
    }
    count(instruction.unit(), issued_);
    instruction.tile.stage = static_cast<uint32_t>(next_stage_ - 1);
    return true;
  }
  if (next_stage_ == stages_.size()) return false;
  programs_.push_back(stages_[next_stage_++]());
  before_ = issued_;
  instruction = {{}, Barrier{}};
  return true;
}

}  // namespace systole
