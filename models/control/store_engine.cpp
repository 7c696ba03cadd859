#include "models/control/store_engine.h"

#include <cstring>

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
  SramBuffer& buffer = *buffers_[static_cast<int>(burst.space)];
  uint64_t words = 0, bytes = 0;
  while (burst.next_segment < burst.segments.size()) {
    const Segment& segment = burst.segments[burst.next_segment];
    const uint64_t address = segment.buffer_address + burst.next_byte;
    const uint32_t left = segment.bytes - burst.next_byte;
    const uint32_t piece = open_words(buffer, address, left, read_latch_, words, now);
    if (image_ != nullptr) {
      uint8_t* to = burst.data.data() + segment.burst_offset + burst.next_byte;
      std::memcpy(to, image_->at(burst.space, static_cast<int64_t>(address), piece), piece);
    }
    bytes += piece;
    if (piece < left) {
      burst.next_byte += piece;
      blocked_ = true;
      break;
    }
    burst.next_byte = 0;
    ++burst.next_segment;
  }
  buffer.count_read(burst.tensor, words, 0);
  const bool handed_on = burst.next_segment == burst.segments.size() && ready_ == nullptr;
  if (handed_on) {
    buffer.count_read(burst.tensor, 0, burst.useful_bytes / burst.element_bytes);
    read_latch_ = kNoWord;
    ready_ = filling_;
    filling_ = nullptr;
  }
  return bytes != 0 || handed_on;
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
  if (queue.can_pop(now)) {
    progressed |= start_next(dram_walk_, std::get<Store>(queue.front().op).move, now);
  }
  progressed |= fill(now);
  retire(Unit::store, now);
  const bool again = blocked_ || (progressed && goes_on(now));
  set_activity(progressed, blocked_, again, now);
  const Cycle next = port.end_step(now, ready_ != nullptr);
  return again ? now + 1 : next;
}

}  // namespace systole
