#pragma once
#include <systemc>

#include "models/control/access_order.h"
#include "models/control/instruction_queue.h"
#include "models/kernel/activity.h"
#include "models/kernel/log.h"
#include "models/kernel/token_board.h"
#include "models/vector/vector_pass.h"

namespace systole {

/// Lane programs over tiles, one instruction after the other, through the buffers' ports.
class VectorUnit : public sc_core::sc_module {
 public:
  using Params = VectorUnitParams;
  using Stats = VectorStats;

  /// `image`: whose bytes the unit works on in simulated time; nullptr where they are computed when an
  /// instruction is issued.
  VectorUnit(sc_core::sc_module_name name, const Params& params, const VectorBuffers& buffers,
             TokenBoard& tokens, AccessOrder& order, MemoryImage* image);

  InstructionQueue queue;

  void reset();
  bool idle() const { return !working_ && queue.empty(); }
  Cycle step(Cycle now);
  Stats finish(Cycle end);
  void observe(MachineObserver* observer) {
    queue.observe(observer, Unit::vector);
    activity_.observe(observer, Unit::vector);
  }

 private:
  bool start(Cycle now);

  TokenBoard& tokens_;
  AccessOrder& order_;
  VectorPass pass_;
  bool working_ = false;
  Cycle asleep_until_ = 0;  ///< other units' progress may wake this one earlier
  ActivityRecorder activity_;
  Stats stats_;
  ComponentLog log_;
};

}  // namespace systole
