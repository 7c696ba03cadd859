#include "models/memory/dram/banked/bank_queue.h"

namespace systole {

DramTransaction BankQueue::take(uint32_t entry, uint32_t hit_cap) {
  const DramTransaction taken = entries_[entry];
  entries_.erase(entries_.begin() + entry);
  ++hits_served_;
  update(hit_cap);
  return taken;
}

void BankQueue::activate(uint32_t row, uint32_t hit_cap) {
  row_ = row;
  hits_served_ = 0;
  update(hit_cap);
}

void BankQueue::close(uint32_t hit_cap) {
  row_ = kClosed;
  hits_served_ = 0;
  update(hit_cap);
}

bool BankQueue::older_read_of(uint64_t burst, uint32_t before) const {
  for (uint32_t i = 0; i < before; ++i) {
    if (!entries_[i].write && entries_[i].burst == burst) return true;
  }
  return false;
}

void BankQueue::update(uint32_t hit_cap) {
  first_read_ = first_write_ = kNone;
  wants_precharge_ = false;
  if (row_ == kClosed || entries_.empty()) return;
  bool any_hit = false;
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].row != row_) continue;
    any_hit = true;
    uint32_t& first = entries_[i].write ? first_write_ : first_read_;
    if (first != kNone || (entries_[i].write && older_read_of(entries_[i].burst, i))) continue;
    first = i;
    if (first_read_ != kNone && first_write_ != kNone) break;
  }
  wants_precharge_ = entries_.front().row != row_ && (!any_hit || hits_served_ >= hit_cap);
}

BankQueue::Choice BankQueue::choose(const BankTiming& timing, uint32_t bank, Cycle now) const {
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
