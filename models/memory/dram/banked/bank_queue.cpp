#include "models/memory/dram/banked/bank_queue.h"

namespace systole {

DramTransaction* BankQueue::find(uint64_t burst, bool write) {
  for (uint32_t i = head_; i < head_ + size_; ++i) {
    if (entries_[i].burst == burst && entries_[i].write == write) return &entries_[i];
  }
  return nullptr;
}

bool BankQueue::older_read_of(uint64_t burst, uint32_t before) const {
  if (writes_ == size()) return false;
  for (uint32_t i = 0; i < before; ++i) {
    if (!entry(i).write && entry(i).burst == burst) return true;
  }
  return false;
}

void BankQueue::search(uint32_t hit_cap) {
  bool reads_wanted = writes_ != size(), writes_wanted = writes_ != 0;
  for (uint32_t i = 0; i < size() && (reads_wanted || writes_wanted); ++i) {
    note(i);
    reads_wanted = reads_wanted && first_read_ == kNone;
    writes_wanted = writes_wanted && first_write_ == kNone;
  }
  weigh_precharge(hit_cap);
}

BankQueue::Choice BankQueue::weigh_up(const BankTiming& timing, uint32_t bank, Cycle now) const {
  if (row_ == kClosed) return {timing.earliest(DramCommand::activate, bank), DramCommand::activate, 0};
  Choice best;
  const auto offer = [&](DramCommand command, uint32_t entry) {
    const Choice choice{timing.earliest(command, bank), command, entry};
    const bool both_legal = best.from <= now && choice.from <= now;
    if (both_legal ? choice.entry < best.entry : choice.from < best.from) best = choice;
  };
  if (wants_precharge_) offer(DramCommand::precharge, 0);
  if (first_read_ != kNone) offer(DramCommand::read, first_read_);
  if (first_write_ != kNone) offer(DramCommand::write, first_write_);
  return best;
}

}  // namespace systole
