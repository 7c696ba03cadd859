#include "models/memory/sram_buffer.h"

namespace systole {

SramBuffer::SramBuffer(sc_core::sc_module_name name, const Params& params)
    : sc_module(name),
      params_(params),
      bank_mask_(params.banks - 1),
      words_per_slot_(params.slot_bytes() / params.word_bytes()),
      words_per_access_(params.width_bits / 64),
      taken_(bank_count(), params.ports) {
  while ((uint64_t{1} << word_shift_) < params.word_bytes()) ++word_shift_;
}

void SramBuffer::reset() {
  cycle_ = kNever;
  stats_ = {};
  forecast_slots_ = 0;
  foreseen_ = kNever;
}

void SramBuffer::foresee(Cycle now) {
  foreseen_ = now;
  for (uint32_t bank : forecast_.banks(forecast_.owner, now)) taken_.take(bank);
}

}  // namespace systole
