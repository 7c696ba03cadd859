#include "models/memory/dram/banked/bank_timing.h"

#include <algorithm>

namespace systole {

BankTiming::BankTiming(const DramGeometry& geometry, const DramTimings& timing)
    : geometry_(geometry),
      t_(timing),
      within_(std::max(geometry.burst_cycles, timing.tccd_l)),
      across_(std::max(geometry.burst_cycles, timing.tccd_s)) {
  const uint32_t burst = geometry.burst_cycles, written = timing.cwl + burst + timing.trtrs;
  read_to_write_ = timing.cl + burst + timing.trtrs - std::min(timing.cwl, timing.cl + burst);
  write_to_other_rank_ = written - std::min(timing.cl, written);
  reset();
}

void BankTiming::reset() {
  places_.assign(geometry_.banks_per_channel(), {});
  for (uint32_t bank = 0; bank < places_.size(); ++bank) {
    places_[bank].group = bank / geometry_.banks;
    places_[bank].rank = bank / geometry_.banks_per_rank();
  }
  groups_.assign(geometry_.ranks * geometry_.bank_groups, {});
  ranks_.assign(geometry_.ranks, {});
  windows_.assign(geometry_.ranks, {});
}

void BankTiming::issue(DramCommand command, uint32_t bank, Cycle now) {
  Place& at = places_[bank];
  switch (command) {
    case DramCommand::activate:
      return activate(at, now);
    case DramCommand::precharge:
      return precharge(at, now);
    case DramCommand::read:
      return read(bank, now);
    case DramCommand::write:
      return write(bank, now);
    case DramCommand::refresh:
      return refresh(bank, now, t_.trfc);
  }
}

void BankTiming::activate(Place& at, Cycle now) {
  at.own[kRd] = now + t_.trcd_rd;
  at.own[kWr] = now + t_.trcd_wr;
  at_least(at.own[kPre], now + t_.tras);
  at_least(at.own[kAct], now + t_.tras + t_.trp);
  at_least(groups_[at.group][kAct], now + t_.trrd_l);
  at_least(ranks_[at.rank][kAct], now + t_.trrd_s);
  Window& window = windows_[at.rank];
  window.activates[window.count++ % 4] = now;
  if (window.count >= 4) at_least(ranks_[at.rank][kAct], window.activates[window.count % 4] + t_.tfaw);
}

void BankTiming::precharge(Place& at, Cycle now) {
  at_least(at.own[kAct], now + t_.trp);
  at_least(at.own[kRef], now + t_.trp);
  at_least(ranks_[at.rank][kPre], now + t_.tppd);
}

void BankTiming::read_elsewhere(uint32_t rank, Cycle now) {
  for (uint32_t other = 0; other < geometry_.ranks; ++other) {
    if (other == rank) continue;
    at_least(ranks_[other][kRd], now + geometry_.burst_cycles + t_.trtrs);
    at_least(ranks_[other][kWr], now + read_to_write_);
  }
}

void BankTiming::write_elsewhere(uint32_t rank, Cycle now) {
  for (uint32_t other = 0; other < geometry_.ranks; ++other) {
    if (other == rank) continue;
    at_least(ranks_[other][kWr], now + geometry_.burst_cycles);
    at_least(ranks_[other][kRd], now + write_to_other_rank_);
  }
}

void BankTiming::auto_precharge(uint32_t bank) {
  Place& at = places_[bank];
  at_least(at.own[kAct], at.own[kPre] + t_.trp);
  at_least(at.own[kRef], at.own[kPre] + t_.trp);
}

void BankTiming::refresh(uint32_t bank, Cycle now, uint32_t trfc) {
  at_least(places_[bank].own[kAct], now + trfc);
  at_least(places_[bank].own[kRef], now + trfc);
}

}  // namespace systole
