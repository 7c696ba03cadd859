#pragma once
#include <deque>
#include <functional>

#include "models/kernel/observer.h"
#include "sim/report/trace/footprint.h"
#include "sim/report/trace/operation.h"

namespace systole {

/// Puts together what the units say about their instructions, which they carry out in the order of issue.
class OperationLog {
 public:
  struct Listener {
    /// A unit begins with an instruction, and is done with what it reads and writes, both at once or the one
    /// after the other; the operation's cycles are those this took.
    std::function<void(const Footprint&, Cycle now)> begun;
    std::function<void(const Footprint&, const Operation&)> ended;
    /// One more row of the timeline is known from beginning to end.
    std::function<void(const Operation&)> logged;
  };
  OperationLog(const AcceleratorParams& arch, Listener listener)
      : arch_(arch), listener_(std::move(listener)) {}

  void pulled(const Instruction& instruction);
  void issued(Unit unit, Cycle now);
  void taken(Unit unit, Cycle now);
  void signalled(Event event, Cycle now);
  void requested(Unit unit, uint64_t move, uint64_t bytes, Cycle now);
  void answered(Unit unit, uint64_t move, Cycle now);

 private:
  struct Entry {
    Operation operation;
    Footprint footprint;
    Operation dram;     ///< what the DRAM does for it; no bytes: nothing
    bool read = false;  ///< a MatMul has its operands
    Cycle read_at = 0;
  };
  struct UnitLog {
    std::deque<Entry> queued, under_way;
    uint64_t retired = 0;
  };
  Entry& of_move(Unit unit, uint64_t move);
  void operands_read(Cycle now);
  void retire(Unit unit, Cycle now);

  AcceleratorParams arch_;
  Listener listener_;
  std::array<UnitLog, kUnitCount> units_;
  Entry pulled_;
  bool after_barrier_ = false;
  Cycle next_issue_ = 0;     ///< the sequencer is free from here on
  Cycle operands_free_ = 0;  ///< the MatMul before has read all of its operands
};

}  // namespace systole
