#pragma once
#include <array>
#include <systemc>
#include <vector>

#include "models/control/access_order.h"
#include "models/control/instruction_queue.h"
#include "models/functional/executor.h"
#include "models/kernel/token_board.h"

namespace systole {

/// Pulls the program and issues it in order, one instruction a cycle, to the units' queues.
class Sequencer : public sc_core::sc_module {
 public:
  using Queues = std::array<InstructionQueue*, kUnitCount>;  ///< indexed by Unit

  Sequencer(sc_core::sc_module_name name, const TokenBoard& tokens, AccessOrder& order);
  void bind(const Queues& queues) { queues_ = queues; }

  /// `executor`: carries out what is pulled, at once; nullptr where values are computed in time or not at
  /// all.
  void reset(InstructionSource& program, Executor* executor);
  Cycle step(Cycle now);
  bool done() const { return ended_ && !held_; }
  const std::array<uint64_t, kUnitCount>& issued() const { return issued_; }
  /// The cycle each barrier was passed in: all ahead of it had ended before.
  const std::vector<Cycle>& barriers() const { return barriers_; }

 private:
  bool units_drained(Cycle now) const;
  void execute();

  Queues queues_{};
  const TokenBoard& tokens_;
  AccessOrder& order_;
  InstructionSource* program_ = nullptr;
  Executor* executor_ = nullptr;
  Instruction next_;
  bool held_ = false, ended_ = true;
  std::array<uint64_t, kUnitCount> issued_{};
  std::vector<Cycle> barriers_;
};

}  // namespace systole
