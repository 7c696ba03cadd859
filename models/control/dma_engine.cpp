#include "models/control/dma_engine.h"

namespace systole {

DmaEngine::DmaEngine(sc_core::sc_module_name name, const Params& params, uint32_t granule, ClockDomain& clock,
                     const Buffers& buffers, TokenBoard& tokens)
    : sc_module(name),
      port("port", params, clock),
      params_(params),
      granule_(std::min(granule, params.burst_bytes)),
      buffers_(buffers),
      tokens_(tokens),
      log_(basename()) {}

void DmaEngine::reset() {
  queue.reset();
  port.reset();
  moves_.reset();
  walker_ = BoxWalker();
  move_number_ = 0;
  activity_.reset();
  stats_ = {};
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

void DmaEngine::cut(bool dram_is_source, Burst& burst) {
  cut_burst(walker_, dram_is_source, params_.burst_bytes, granule_, burst);
  burst.move_number = move_number_;
  burst.space = dram_is_source ? move_.to.space : move_.from.space;
  burst.tensor = move_.tensor;
  burst.element_bytes = move_.element_bytes;
  moves_.add_bytes(move_number_, burst.useful_bytes);
  if (walker_.done()) moves_.close(move_number_);
  const int tensor = static_cast<int>(move_.tensor);
  stats_.bytes[tensor] += burst.useful_bytes;
  stats_.bus_bytes[tensor] += burst.payload.get_data_length();
  ++stats_.bursts;
}

void DmaEngine::retire(Event event, Cycle now) {
  while (moves_.retire()) tokens_.signal(event, now);
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
