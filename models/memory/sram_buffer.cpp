#include "models/memory/sram_buffer.h"

#include <algorithm>

namespace systole {

SramBuffer::SramBuffer(sc_core::sc_module_name name, const Params& params)
    : sc_module(name),
      params_(params),
      bank_mask_(params.banks - 1),
      words_per_slot_(params.slot_bytes() / params.word_bytes()),
      words_per_access_(params.width_bits / 64),
      few_claims_(params.ports == 1 && bank_count() <= 64),
      full_((bank_count() + 63) / 64),
      claimed_(full_.size() * (params.ports - 1)) {
  while ((uint64_t{1} << word_shift_) < params.word_bytes()) ++word_shift_;
}

void SramBuffer::reset() {
  cycle_ = kNever;
  stats_ = {};
  forecast_slots_ = 0;
  foreseen_ = kNever;
}

void SramBuffer::clear_claims() {
  std::fill(full_.begin(), full_.end(), uint64_t{0});
  std::fill(claimed_.begin(), claimed_.end(), uint64_t{0});
}

void SramBuffer::foresee(Cycle now) {
  foreseen_ = now;
  for (uint32_t bank : forecast_.banks(forecast_.owner, now)) take(bank);
}

}  // namespace systole
