#include "models/control/store_engine.h"

#include "models/clones.h"

namespace systole {

void StoreEngine::reset() {
  DmaEngine::reset();
  filling_ = ready_ = nullptr;
  read_latch_ = kNoWord;
  blocked_ = false;
}

bool StoreEngine::fill(Cycle now) {
  if (filling_ == nullptr) {
    if (dram_walk_.walker.done()) return false;
    filling_ = port.allocate();
    if (filling_ == nullptr) return false;
    cut(false, *filling_);
  }
  Burst& burst = *filling_;
  const Passed passed = pass(burst, false, read_latch_, now);
  blocked_ = !passed.last;
  const bool handed_on = passed.last && ready_ == nullptr;
  buffers_[static_cast<int>(burst.space)]->count_read(burst.tensor, passed.words,
                                                      handed_on ? burst.elements() : 0);
  if (handed_on) {
    ready_ = filling_;
    filling_ = nullptr;
  }
  return passed.bytes != 0 || handed_on;
}

bool StoreEngine::send(Cycle now) {
  if (ready_ == nullptr || !port.can_send(now)) return false;
  port.send(*ready_, true);
  ready_ = nullptr;
  return true;
}

/// Whether anything may be left to do in the next cycle. If not, only a response, the end of a request, a
/// token or an instruction can help; each wakes the engine.
bool StoreEngine::goes_on(Cycle now) const {
  const bool walking = !dram_walk_.walker.done();
  return (walking ? filling_ == nullptr : !queue.empty()) || (ready_ != nullptr && port.can_send(now + 1));
}

SYSTOLE_FLATTEN Cycle StoreEngine::step(Cycle now) {
  blocked_ = false;
  if (Burst* burst = port.take_response(now)) {
    moves_.finish_bytes(burst->move_number, burst->useful_bytes);
    port.release(*burst);
  }
  bool progressed = send(now);
  if (queue.can_pop(now) && dram_walk_.walker.done()) {
    progressed |= start_next(dram_walk_, std::get_if<Store>(&queue.front().op)->move, now);
  }
  progressed |= fill(now);
  retire(Unit::store, now);
  const bool again = blocked_ || (progressed && goes_on(now));
  set_activity(progressed, blocked_, again, now);
  const Cycle next = port.end_step(now, ready_ != nullptr);
  return again ? now + 1 : next;
}

}  // namespace systole
