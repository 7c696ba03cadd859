#pragma once
#include <array>
#include <cstdint>
#include <deque>

#include "models/isa.h"

namespace systole {

/// A count of each event.
using EventCounts = std::array<uint64_t, kEventCount>;

/// What the unit counts when it has read all that an instruction reads: a MatMul's operands; others read
/// until they are done.
constexpr Event read_event(Unit unit) { return unit == Unit::matmul ? Event::matmul_read : done_event(unit); }

/// What the waits of a program imply, whatever the units' speed: what has been counted, at the least, when an
/// instruction begins. Vector clocks over the five progress counters:
///
/// - An instruction begins after those ahead of it in its unit began, and after each of its waits holds. What
///   is known then, it knows. The vector unit begins an instruction when the one before it is done.
/// - Who knows that an event has been counted n times knows what its unit's n-th instruction knew when it
///   began and, as units work in order, what all before that one knew; `matmul_done` implies `matmul_read`.
/// - After a barrier everything ahead of it has been counted.
///
/// What every unit knows is dropped; for a unit that is never used all is kept since the last barrier, 40
/// bytes an instruction.
class TokenClocks {
 public:
  /// Takes the program's next instruction, whose waits are for counts already issued, and returns what has
  /// been counted when it begins.
  EventCounts begin(const Instruction& instruction);

  /// What the instructions so far will have counted when they are done.
  const EventCounts& issued() const { return issued_; }
  /// How much of `event` has been counted when the unit begins whatever comes next.
  uint64_t known_to(Unit unit, Event event) const {
    return known_[static_cast<int>(unit)][static_cast<int>(event)];
  }

 private:
  /// What a unit's instructions knew when they began; the first `dropped` are gone.
  struct History {
    std::deque<EventCounts> begun;
    uint64_t dropped = 0;
  };

  void learn(EventCounts& clock, Event event, uint64_t count) const;
  void forget();

  EventCounts issued_{};
  std::array<EventCounts, kUnitCount> known_{};
  std::array<History, kUnitCount> history_;
};

}  // namespace systole
