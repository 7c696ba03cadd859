#include "models/control/sequencer.h"

#include <numeric>
#include <stdexcept>

#include "models/instruction_name.h"

namespace systole {

Sequencer::Sequencer(sc_core::sc_module_name name, const TokenBoard& tokens, AccessOrder& order)
    : sc_module(name), tokens_(tokens), order_(order) {}

void Sequencer::reset(InstructionSource& program, Executor* executor) {
  program_ = &program;
  executor_ = executor;
  held_ = ended_ = false;
  issued_ = {};
  barriers_.clear();
}

bool Sequencer::units_drained(Cycle now) const {
  Wait all;
  for (int u = 0; u < kUnitCount; ++u) all.on(done_event(static_cast<Unit>(u)), issued_[u]);
  return tokens_.satisfied(all, now);
}

void Sequencer::execute() {
  try {
    executor_->execute(next_);
  } catch (const std::logic_error& error) {
    const uint64_t number = std::accumulate(issued_.begin(), issued_.end(), uint64_t{0});
    throw std::logic_error(instruction_name(number, static_cast<Unit>(next_.unit()), next_.tile) + ": " +
                           error.what());
  }
}

Cycle Sequencer::step(Cycle now) {
  if (!held_) {
    if (ended_ || !program_->next(next_)) {
      ended_ = true;
      return kNever;
    }
    held_ = true;
    if (executor_ != nullptr) execute();
  }
  const int unit = next_.unit();
  if (unit == kBarrierUnit) {  // progress of any unit wakes the sequencer
    if (!units_drained(now)) return kNever;
    barriers_.push_back(now);
  } else {
    if (!queues_[unit]->can_push(now)) return kNever;  // a pop wakes the sequencer
    queues_[unit]->push(now, next_);
    order_.issue(next_);
    ++issued_[unit];
  }
  held_ = false;
  return now + 1;
}

}  // namespace systole
