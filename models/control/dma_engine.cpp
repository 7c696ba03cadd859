#include "models/control/dma_engine.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace systole {

DmaEngine::DmaEngine(sc_core::sc_module_name name, const Params& params, uint32_t granule, Ports dram_ports,
                     const Buffers& buffers, TokenBoard& tokens, AccessOrder& order, MemoryImage* image)
    : sc_module(name),
      params_(params),
      granule_(std::min(granule, params.burst_bytes)),
      ports_(std::move(dram_ports)),
      buffers_(buffers),
      image_(image),
      tokens_(tokens),
      order_(order),
      log_(basename()) {
  for (std::size_t p = 0; p < ports_.size(); ++p) ports_[p]->set_number(static_cast<uint32_t>(p));
}

void DmaEngine::reset() {
  queue.reset();
  for (const auto& port : ports_) port->reset();
  moves_.reset();
  dram_walk_ = {};
  activity_.reset();
  stats_ = {};
}

bool DmaEngine::idle() const {
  const bool ports_idle =
      std::all_of(ports_.begin(), ports_.end(), [](const auto& port) { return port->idle(); });
  return ports_idle && moves_.empty() && queue.empty();
}

DmaStats DmaEngine::finish(Cycle end) {
  stats_.cycles = activity_.finish(end);
  return stats_;
}

bool DmaEngine::open_word(SramBuffer& buffer, uint64_t address, uint64_t& latched, Cycle now) {
  const uint64_t word = buffer.word_of(address);
  if (word == latched) return true;
  if (!buffer.try_claim(word, now)) {
    buffer.count_conflict();
    return false;
  }
  latched = word;
  return true;
}

uint32_t DmaEngine::open_words(SramBuffer& buffer, uint64_t address, uint32_t bytes, uint64_t& latched,
                               uint64_t& opened, Cycle now) {
  const uint64_t last = buffer.word_of(address + bytes - 1);
  uint64_t first = buffer.word_of(address);
  if (first == latched) ++first;
  if (first > last) return bytes;
  const uint64_t taken = buffer.claim_words(first, last - first + 1, now);
  opened += taken;
  if (taken != 0) latched = first + taken - 1;
  const uint64_t missing = first + taken;
  if (missing > last) return bytes;
  buffer.count_conflict();
  return static_cast<uint32_t>(std::max(missing << buffer.word_shift(), address) - address);
}

DmaEngine::Passed DmaEngine::pass(Burst& burst, bool to_buffer, uint64_t& latched, Cycle now) {
  SramBuffer& buffer = *buffers_[static_cast<int>(burst.space)];
  Passed passed;
  while (burst.next_segment != burst.segments.size()) {
    const Segment& segment = burst.segments[burst.next_segment];
    const uint32_t left = segment.bytes - burst.next_byte;
    const uint32_t piece =
        open_words(buffer, segment.buffer_address + burst.next_byte, left, latched, passed.words, now);
    if (image_ != nullptr) copy_bytes(burst, segment, piece, to_buffer);
    passed.bytes += piece;
    if (piece < left) {
      burst.next_byte += piece;
      return passed;
    }
    burst.next_byte = 0;
    ++burst.next_segment;
  }
  passed.last = true;
  latched = kNoWord;
  return passed;
}

void DmaEngine::copy_bytes(Burst& burst, const Segment& segment, uint32_t bytes, bool to_buffer) {
  const uint64_t address = segment.buffer_address + burst.next_byte;
  uint8_t* const on_chip = image_->at(burst.space, static_cast<int64_t>(address), bytes);
  uint8_t* const in_burst = burst.data.data() + segment.burst_offset + burst.next_byte;
  std::memcpy(to_buffer ? on_chip : in_burst, to_buffer ? in_burst : on_chip, bytes);
}

bool DmaEngine::start_next(Walk& walk, const Move& move, Cycle now) {
  if (!tokens_.satisfied(queue.front().wait, now)) return false;
  order_.begin(static_cast<Unit>(queue.front().unit()), now);
  walk = {BoxWalker(move), move, moves_.begin()};
  queue.pop(now);
  if (walk.walker.done()) moves_.close(walk.number);
  log_.debug(now, "move {} begins: {} bytes of {}", walk.number, walk.move.bytes(),
             kTensorNames[static_cast<int>(walk.move.tensor)]);
  return true;
}

void DmaEngine::cut(bool dram_is_source, Burst& burst) {
  Walk& walk = dram_walk_;
  cut_burst(walk.walker, dram_is_source, params_.burst_bytes, granule_, burst);
  burst.move_number = walk.number;
  burst.space = dram_is_source ? walk.move.to.space : walk.move.from.space;
  burst.tensor = walk.move.tensor;
  burst.element_bits = walk.move.element_bits;
  moves_.add_bytes(walk.number, burst.useful_bytes);
  if (walk.walker.done()) moves_.close(walk.number);
  const int tensor = static_cast<int>(walk.move.tensor);
  stats_.bytes[tensor] += burst.useful_bytes;
  stats_.bus_bytes[tensor] += burst.length;
  ++stats_.bursts;
}

void DmaEngine::signal_done(Unit unit, Cycle now) {
  order_.end(unit, now);
  tokens_.signal(done_event(unit), now);
}

void DmaEngine::set_activity(bool progressed, bool blocked, bool again, Cycle now) {
  if (progressed) {
    activity_.set(Activity::busy, now);
    if (again) return;
    ++now;
  } else if (blocked) {
    activity_.set(Activity::wait_output, now);
    return;
  }
  activity_.set(moves_.empty() && queue.empty() ? Activity::idle : Activity::wait_input, now);
}

}  // namespace systole
