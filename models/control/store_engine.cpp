#include "models/control/store_engine.h"

#include <algorithm>

#include "models/clones.h"

namespace systole {

void StoreEngine::reset() {
  DmaEngine::reset();
  filling_ = nullptr;
  ready_.assign(ports_.size(), nullptr);
  read_latch_ = kNoWord;
  blocked_ = false;
}

Burst* StoreEngine::allocate() {
  for (const bool ready : {false, true}) {
    for (std::size_t p = 0; p < ports_.size(); ++p) {
      if ((ready_[p] != nullptr) == ready && ports_[p]->can_allocate()) return ports_[p]->allocate();
    }
  }
  return nullptr;
}

bool StoreEngine::fill_one(Cycle now) {
  if (filling_ == nullptr) {
    if (dram_walk_.walker.done()) return false;
    filling_ = allocate();
    if (filling_ == nullptr) return false;
    cut(false, *filling_);
  }
  Burst& burst = *filling_;
  const Passed passed = pass(burst, false, read_latch_, now);
  blocked_ = !passed.last;
  Burst*& ready = ready_[burst.port];
  const bool handed_on = passed.last && ready == nullptr;
  buffers_[static_cast<int>(burst.space)]->count_read(burst.tensor, passed.words,
                                                      handed_on ? burst.elements() : 0);
  if (handed_on) {
    ready = filling_;
    filling_ = nullptr;
  }
  return passed.bytes != 0 || handed_on;
}

bool StoreEngine::fill(Cycle now) {
  bool progressed = fill_one(now);
  for (std::size_t n = 1; n < ports_.size() && filling_ == nullptr; ++n) progressed |= fill_one(now);
  return progressed;
}

bool StoreEngine::send(Cycle now) {
  bool progressed = false;
  for (std::size_t p = 0; p < ports_.size(); ++p) {
    if (ready_[p] == nullptr || !ports_[p]->can_send(now)) continue;
    ports_[p]->send(*ready_[p], true);
    ready_[p] = nullptr;
    progressed = true;
  }
  return progressed;
}

/// Whether anything may be left to do in the next cycle. If not, only a response, the end of a request, a
/// token or an instruction can help; each wakes the engine.
bool StoreEngine::goes_on(Cycle now) const {
  const bool walking = !dram_walk_.walker.done();
  if (walking ? filling_ == nullptr : !queue.empty()) return true;
  for (std::size_t p = 0; p < ports_.size(); ++p) {
    if (ready_[p] != nullptr && ports_[p]->can_send(now + 1)) return true;
  }
  return false;
}

SYSTOLE_FLATTEN Cycle StoreEngine::step(Cycle now) {
  blocked_ = false;
  for (const auto& port : ports_) {
    Burst* const burst = port->take_response(now);
    if (burst == nullptr) continue;
    moves_.finish_bytes(burst->move_number, burst->useful_bytes);
    port->release(*burst);
  }
  bool progressed = send(now);
  if (queue.can_pop(now) && dram_walk_.walker.done()) {
    progressed |= start_next(dram_walk_, std::get_if<Store>(&queue.front().op)->move, now);
  }
  progressed |= fill(now);
  retire(Unit::store, now);
  const bool again = blocked_ || (progressed && goes_on(now));
  set_activity(progressed, blocked_, again, now);
  Cycle next = kNever;
  for (std::size_t p = 0; p < ports_.size(); ++p)
    next = std::min(next, ports_[p]->end_step(now, ready_[p] != nullptr));
  return again ? now + 1 : next;
}

}  // namespace systole
