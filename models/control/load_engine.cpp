#include "models/control/load_engine.h"

#include <cstring>

#include "models/clones.h"

namespace systole {

void LoadEngine::reset() {
  DmaEngine::reset();
  copy_walk_ = {};
  landing_ = last_landing_ = nullptr;
  landing_latch_ = read_latch_ = write_latch_ = kNoWord;
  blocked_ = false;
}

void LoadEngine::line_up(Burst& burst) {
  burst.next = nullptr;
  (landing() ? last_landing_->next : landing_) = &burst;
  last_landing_ = &burst;
}

bool LoadEngine::land_one(Cycle now) {
  Burst& burst = *landing_;
  const Passed passed = pass(burst, true, landing_latch_, now);
  buffers_[static_cast<int>(burst.space)]->count_write(burst.tensor, passed.words,
                                                       passed.last ? burst.elements() : 0);
  blocked_ = !passed.last;
  if (passed.last) {
    moves_.finish_bytes(burst.move_number, burst.useful_bytes);
    landing_ = burst.next;
    release(burst);
  }
  return passed.bytes != 0;
}

bool LoadEngine::land(Cycle now) {
  bool progressed = false;
  for (std::size_t n = 0; n < ports_.size() && landing() && !blocked_; ++n) progressed |= land_one(now);
  return progressed;
}

bool LoadEngine::start(Cycle now) {
  if (!queue.can_pop(now)) return false;
  const Move& move = std::get_if<Load>(&queue.front().op)->move;
  Walk& walk = walk_of(move);
  return walk.walker.done() && start_next(walk, move, now);
}

bool LoadEngine::copy_on_chip(Cycle now) {
  BoxWalker& walker = copy_walk_.walker;
  const Move& move = copy_walk_.move;
  SramBuffer& source = *buffers_[static_cast<int>(move.from.space)];
  SramBuffer& target = *buffers_[static_cast<int>(move.to.space)];
  uint64_t reads = 0, writes = 0;
  uint32_t bytes = 0;
  while (!walker.done() && bytes < params_.burst_bytes) {
    const uint64_t from = walker.from_address(), to = walker.to_address();
    const uint64_t old_read = read_latch_, old_write = write_latch_;
    if (!open_word(source, from, read_latch_, now)) break;
    reads += old_read != read_latch_;
    if (!open_word(target, to, write_latch_, now)) break;
    writes += old_write != write_latch_;
    const uint64_t piece = std::min({uint64_t{walker.left_in_run()}, uint64_t{params_.burst_bytes - bytes},
                                     source.word_bytes() - from % source.word_bytes(),
                                     target.word_bytes() - to % target.word_bytes()});
    if (image_ != nullptr) {
      const uint8_t* bytes_from = image_->at(move.from.space, static_cast<int64_t>(from), piece);
      std::memcpy(image_->at(move.to.space, static_cast<int64_t>(to), piece), bytes_from, piece);
    }
    bytes += static_cast<uint32_t>(piece);
    walker.advance(static_cast<uint32_t>(piece));
  }
  source.count_read(move.tensor, reads, 0);
  target.count_write(move.tensor, writes, 0);
  stats_.on_chip_bytes += bytes;
  blocked_ = bytes == 0;
  if (walker.done()) {
    source.count_read(move.tensor, 0, 8 * move.bytes() / move.element_bits);
    target.count_write(move.tensor, 0, 8 * move.bytes() / move.element_bits);
    read_latch_ = write_latch_ = kNoWord;
    moves_.close(copy_walk_.number);
  }
  return bytes != 0;
}

bool LoadEngine::request(Cycle now) {
  bool progressed = false;
  for (const auto& port : ports_) {
    if (dram_walk_.walker.done()) break;
    if (!port->can_send(now)) continue;
    Burst* burst = port->allocate();
    if (burst == nullptr) continue;
    cut(true, *burst);
    port->send(*burst, false);
    progressed = true;
  }
  return progressed;
}

/// Whether anything may be left to do in the next cycle. If not, only a response, a token or an instruction
/// can help, and each of them wakes the engine.
bool LoadEngine::goes_on() const {
  if (landing() || !copy_walk_.walker.done()) return true;
  return !queue.empty() && walk_of(std::get_if<Load>(&queue.front().op)->move).walker.done();
}

SYSTOLE_FLATTEN Cycle LoadEngine::step(Cycle now) {
  blocked_ = false;
  for (const auto& port : ports_) {
    if (Burst* burst = port->take_response(now)) line_up(*burst);
  }
  bool progressed = land(now);
  progressed |= start(now);
  if (!landing() && !copy_walk_.walker.done()) progressed |= copy_on_chip(now);
  progressed |= request(now);
  retire(Unit::load, now);
  const bool again = blocked_ || (progressed && goes_on());
  set_activity(progressed, blocked_, again, now);
  const bool walking = !dram_walk_.walker.done();
  Cycle next = kNever;
  for (const auto& port : ports_) next = std::min(next, port->end_step(now, walking && port->can_allocate()));
  return again ? now + 1 : next;
}

}  // namespace systole
