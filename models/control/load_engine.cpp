#include "models/control/load_engine.h"

#include <cstring>

#include "models/clones.h"

namespace systole {

void LoadEngine::reset() {
  DmaEngine::reset();
  landing_.clear();
  read_latch_ = write_latch_ = kNoWord;
  blocked_ = false;
}

bool LoadEngine::land(Cycle now) {
  if (landing_.empty()) return false;
  Burst& burst = *landing_.front();
  SramBuffer& buffer = *buffers_[static_cast<int>(burst.space)];
  uint64_t words = 0, bytes = 0;
  while (burst.next_segment < burst.segments.size()) {
    const Segment& segment = burst.segments[burst.next_segment];
    const uint64_t address = segment.buffer_address + burst.next_byte;
    const uint32_t left = segment.bytes - burst.next_byte;
    const uint32_t piece = open_words(buffer, address, left, write_latch_, words, now);
    std::memcpy(buffer.bytes() + address, burst.data.data() + segment.burst_offset + burst.next_byte, piece);
    bytes += piece;
    if (piece < left) {
      burst.next_byte += piece;
      blocked_ = true;
      break;
    }
    burst.next_byte = 0;
    ++burst.next_segment;
  }
  buffer.count_write(burst.tensor, words, 0);
  if (burst.next_segment == burst.segments.size()) {
    write_latch_ = kNoWord;  // the next burst's first word is an access of its own
    buffer.count_write(burst.tensor, 0, burst.useful_bytes / burst.element_bytes);
    moves_.finish_bytes(burst.move_number, burst.useful_bytes);
    landing_.pop_front();
    port.release(burst);
  }
  return bytes != 0;
}

bool LoadEngine::copy_on_chip(Cycle now) {
  if (walker_.done() || !on_chip()) return false;
  SramBuffer& source = *buffers_[static_cast<int>(move_.from.space)];
  SramBuffer& target = *buffers_[static_cast<int>(move_.to.space)];
  uint64_t reads = 0, writes = 0;
  uint32_t bytes = 0;
  while (!walker_.done() && bytes < params_.burst_bytes) {
    const uint64_t from = walker_.from_address(), to = walker_.to_address();
    const uint64_t old_read = read_latch_, old_write = write_latch_;
    if (!open_word(source, from, read_latch_, now)) break;
    reads += old_read != read_latch_;
    if (!open_word(target, to, write_latch_, now)) break;
    writes += old_write != write_latch_;
    const uint64_t piece = std::min({uint64_t{walker_.left_in_run()}, uint64_t{params_.burst_bytes - bytes},
                                     source.word_bytes() - from % source.word_bytes(),
                                     target.word_bytes() - to % target.word_bytes()});
    std::memcpy(target.bytes() + to, source.bytes() + from, piece);
    bytes += static_cast<uint32_t>(piece);
    walker_.advance(static_cast<uint32_t>(piece));
  }
  source.count_read(move_.tensor, reads, 0);
  target.count_write(move_.tensor, writes, 0);
  stats_.on_chip_bytes += bytes;
  blocked_ = bytes == 0;
  if (walker_.done()) {
    source.count_read(move_.tensor, 0, move_.bytes() / move_.element_bytes);
    target.count_write(move_.tensor, 0, move_.bytes() / move_.element_bytes);
    read_latch_ = write_latch_ = kNoWord;
    moves_.close(move_number_);
  }
  return bytes != 0;
}

bool LoadEngine::request(Cycle now) {
  if (walker_.done() || on_chip() || !port.can_send(now)) return false;
  Burst* burst = port.allocate();
  if (burst == nullptr) return false;
  cut(true, *burst);
  port.send(*burst, tlm::TLM_READ_COMMAND);
  return true;
}

/// Whether anything may be left to do in the next cycle. If not, only a response, a token or an instruction
/// can help, and each of them wakes the engine.
bool LoadEngine::goes_on() const {
  return !landing_.empty() || may_start() || (!walker_.done() && on_chip());
}

SYSTOLE_FLATTEN Cycle LoadEngine::step(Cycle now) {
  blocked_ = false;
  if (Burst* burst = port.take_response(now)) landing_.push_back(burst);
  bool progressed = land(now);
  progressed |= start_next<Load>(now);
  // A copy waits for the landings ahead of it: they share the latches and the path into the buffers.
  if (landing_.empty()) progressed |= copy_on_chip(now);
  progressed |= request(now);
  retire(Event::load_done, now);
  const bool again = blocked_ || (progressed && goes_on());
  set_activity(progressed, blocked_, again, now);
  return again ? now + 1 : port.next_event(now);
}

}  // namespace systole
