#include "sim/program/token_clocks.h"

#include <algorithm>

namespace systole {
namespace {

constexpr Unit unit_of(Event event) {
  constexpr Unit kUnits[kEventCount] = {Unit::load, Unit::store, Unit::matmul, Unit::matmul, Unit::vector};
  return kUnits[static_cast<int>(event)];
}

}  // namespace

/// Adds what is known once `event` has been counted so often.
void TokenClocks::learn(EventCounts& clock, Event event, uint64_t count) const {
  const Unit unit = unit_of(event);
  uint64_t& read = clock[static_cast<int>(read_event(unit))];
  if (count > read) {
    const History& history = history_[static_cast<int>(unit)];
    const EventCounts& begun = history.begun[count - history.dropped - 1];
    for (int e = 0; e < kEventCount; ++e) clock[e] = std::max(clock[e], begun[e]);
    read = count;
  }
  uint64_t& known = clock[static_cast<int>(event)];
  known = std::max(known, count);
}

/// Nobody learns from an instruction that every unit knows to be read.
void TokenClocks::forget() {
  for (int u = 0; u < kUnitCount; ++u) {
    const int event = static_cast<int>(read_event(static_cast<Unit>(u)));
    uint64_t known = issued_[event];
    for (const EventCounts& unit : known_) known = std::min(known, unit[event]);
    History& history = history_[u];
    for (; history.dropped < known; ++history.dropped) history.begun.pop_front();
  }
}

EventCounts TokenClocks::begin(const Instruction& instruction) {
  if (instruction.unit() == kBarrierUnit) {
    known_.fill(issued_);
    forget();
    return issued_;
  }
  const auto unit = static_cast<Unit>(instruction.unit());
  const int done = static_cast<int>(done_event(unit)), read = static_cast<int>(read_event(unit));
  EventCounts& known = known_[static_cast<int>(unit)];
  if (unit == Unit::vector) learn(known, Event::vector_done, issued_[done]);
  for (int e = 0; e < kEventCount; ++e) learn(known, static_cast<Event>(e), instruction.wait.at_least[e]);
  const EventCounts begun = known;
  history_[static_cast<int>(unit)].begun.push_back(begun);
  issued_[read] = ++issued_[done];
  forget();
  return begun;
}

}  // namespace systole
