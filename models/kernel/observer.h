#pragma once
#include "models/isa.h"
#include "models/kernel/time.h"
#include "models/stats.h"

namespace systole {

/// Told what a machine does while it does it: for timelines. What is said of one unit comes in the order of
/// its cycles; activities come late, when they end. All else comes in the cycle it happens in. Whoever
/// watches changes nothing.
class MachineObserver {
 public:
  virtual ~MachineObserver() = default;
  /// The sequencer puts the program's next instruction into the unit's queue; the unit takes it out.
  virtual void issued(Unit unit, Cycle now) = 0;
  virtual void taken(Unit unit, Cycle now) = 0;
  /// A unit got on: each of its instructions counts its events in order.
  virtual void signalled(Event event, Cycle now) = 0;
  /// From `now` on the unit (of matmul: the PE array) is in this state; at reset all are idle.
  virtual void entered(Unit unit, Activity activity, Cycle now) = 0;
  /// A DMA engine opens a request of so many bytes on the bus, for the `move`-th instruction it has taken;
  /// and has its answer.
  virtual void requested(Unit unit, uint64_t move, uint64_t bytes, Cycle now) = 0;
  virtual void answered(Unit unit, uint64_t move, uint64_t bytes, Cycle now) = 0;
};

}  // namespace systole
