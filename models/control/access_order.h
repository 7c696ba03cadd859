#pragma once
#include <array>
#include <cstdint>
#include <deque>

#include "models/footprint.h"
#include "models/kernel/time.h"

namespace systole {

/// Watches, in simulated time, that the program's order is kept wherever two instructions touch the same
/// bytes: an instruction begins only after the cycle in which the last word of each earlier one that writes
/// what it reads or writes has claimed its bank (or DRAM has acknowledged it), and in which each earlier one
/// that reads what it writes has read it. Sums that pass the accumulators are exempt among MatMuls: those
/// work in order.
///
/// The instructions of a unit begin and end in the order they are issued in. Throws std::logic_error, which
/// names both instructions.
class AccessOrder {
 public:
  /// The sequencer hands an instruction to its unit.
  void issue(const Instruction& instruction);
  /// The unit takes up the next instruction issued to it.
  void begin(Unit unit, Cycle now);
  /// The oldest MatMul that still reads operands has read the last of them. Other units read until they have
  /// written.
  void operands_read(Cycle now);
  /// The unit's oldest instruction has read and written all it ever will.
  void end(Unit unit, Cycle now);
  void reset() { *this = {}; }

 private:
  struct Open {
    uint64_t number = 0;  ///< in the program
    Instruction instruction;
    Accesses reads, writes;
    Cycle read_at = kNever, written_at = kNever;  ///< the cycles of the last access of each kind
  };
  struct UnitLog {
    std::deque<Open> open;
    uint64_t begun = 0, read = 0, ended = 0;  ///< how many of `open`
  };

  void forget(UnitLog& log, Cycle now);
  void check(const Open& begins, const Open& earlier, Cycle now) const;

  std::array<UnitLog, kUnitCount> units_;
  uint64_t issued_ = 0;
};

}  // namespace systole
