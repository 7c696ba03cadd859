#include "models/memory/dram/banked/channel.h"

#include <algorithm>
#include <stdexcept>

namespace systole {

DramChannel::DramChannel(const BankedParams& params)
    : params_(params),
      timing_(params.geometry, params.timing),
      trial_(timing_),
      refresher_(params.geometry, params.timing, params.controller.refresh),
      queues_(params.controller, params.geometry.banks_per_channel()),
      most_overtakers_(static_cast<int32_t>(params.controller.most_overtakers(params.geometry))) {
  reset();
}

void DramChannel::reset() {
  const uint32_t banks = params_.geometry.banks_per_channel();
  timing_.reset();
  refresher_.reset();
  queues_.reset();
  for (uint32_t bank = 0; bank < banks; ++bank) banks_[bank].reset(params_.controller.bank_queue);
  after_precharge_ = 0;
  open_banks_.assign(params_.geometry.ranks, 0);
  queued_.reset();
  sharers_.clear();
  completions_.clear();
  occupied_ = held_ = frozen_ = 0;
  room_ = banks == 64 ? ~uint64_t{0} : (uint64_t{1} << banks) - 1;
  active_cycles_ = 0;
  ready_.fill(kNever);
  banks_ready_ = kNever;
  reading_ = writing_ = 0;
  stale_ = false;
  next_bank_ = kUnknown;
  last_served_ = 0;
  counted_to_ = refreshing_until_ = 0;
  next_ = refresher_.next_due();
  event_ = kNever;
  last_was_write_ = any_column_ = false;
  overdue_ = 0;
  came_ = columns_ = 0;
  next_overdue_ = static_cast<uint32_t>(most_overtakers_);
  bus_ = {};
  stats_ = {};
  stats_.banks.resize(banks);
}

DramTransaction* DramChannel::find(uint64_t burst, uint32_t bank, bool write) {
  DramTransaction* const queued = banks_[bank].find(burst, write);
  return queued != nullptr ? queued : queues_.find(burst, bank, write);
}

void DramChannel::accept(uint64_t burst, const DramPlace& place, uint32_t id, bool write, Cycle now,
                         bool only) {
  if (now < counted_to_) throw std::logic_error("a burst comes too late for the DRAM's channel");
  counted_to_ = now;
  // Written field by field: what has just been put together piece by piece is slow to copy as a whole.
  const auto fill = [&](DramTransaction& accepted) {
    accepted.burst = burst;
    accepted.accepted = now;
    accepted.row = place.row;
    accepted.id = id;
    accepted.bank = static_cast<uint8_t>(place.bank);
    accepted.write = write;
    accepted.shared = false;
  };
  BurstFilter::Counts& queued = queued_.of(burst);
  const bool written = queued.writes != 0 && find(burst, place.bank, true) != nullptr;
  if (write) completions_.add({id, now + 1, now});
  if (written && write) {
    ++stats_.merged;
    return;
  }
  if (written) {
    ++stats_.forwarded;
    stats_.read_latency.add(1);
    completions_.add({id, now + 1, now});
    return;
  }
  DramTransaction* const read = !write && queued.reads != 0 ? find(burst, place.bank, false) : nullptr;
  if (read != nullptr) {
    ++stats_.merged;
    read->shared = true;
    fill(sharers_.emplace_back());
    return;
  }
  ++(write ? queued.writes : queued.reads);
  if (only && passes_queue(place.bank, write, now)) {
    DramTransaction passing;
    fill(passing);
    pass_to_bank(passing, now);
    return;
  }
  fill(queues_.push(place.bank, write, now));
  stir(stirs(place.bank, write) ? now : kNever);
}

bool DramChannel::stirs(uint32_t bank, bool write) const {
  if (occupied_ == 0) return true;
  if (queues_.draining() != write) return write && !queues_.can_accept(true);
  return (room_ >> bank & 1) != 0;
}

void DramChannel::flush(Cycle now) {
  queues_.flush();
  if (busy()) stir(now);
}

void DramChannel::move_row(const Pick& pick, Cycle now) {
  const uint32_t bank = pick.bank, cap = params_.controller.row_hit_cap;
  timing_.issue(pick.choice.command, bank, now);
  if (pick.choice.command == DramCommand::precharge) {
    close_bank(bank, now);
    after_precharge_ |= uint64_t{1} << bank;
    ++stats_.precharges;
    return;
  }
  banks_[bank].activate(banks_[bank].entry(pick.choice.entry).row, cap);
  settle(bank);
  if (open_banks_[timing_.rank_of(bank)]++ == 0) active_cycles_ -= now;
  ++stats_.activates;
  ++stats_.banks[bank].activates;
}

void DramChannel::close_bank(uint32_t bank, Cycle now) {
  banks_[bank].close(params_.controller.row_hit_cap);
  settle(bank);
  if (--open_banks_[timing_.rank_of(bank)] == 0) active_cycles_ += now;
}

uint32_t DramChannel::most_overdue(Cycle now) const {
  uint32_t most = kUnknown;
  for (uint64_t rest = overdue_ & ~frozen_; rest != 0; rest &= rest - 1) {
    const auto bank = static_cast<uint32_t>(__builtin_ctzll(rest));
    if (timing_.earliest_of_own(banks_[bank].head_command(), bank) > now) continue;
    if (most == kUnknown || overtakers(bank) > overtakers(most)) most = bank;
  }
  return most;
}

/// A bank's next oldest entry came after its present one, so fewer have passed it: it need not be looked at.
void DramChannel::find_overdue() {
  int32_t most = static_cast<int32_t>(columns_ - came_);
  for (uint64_t rest = occupied_ & ~overdue_; rest != 0; rest &= rest - 1) {
    const auto bank = static_cast<uint32_t>(__builtin_ctzll(rest));
    if (overtakers(bank) >= most_overtakers_) {
      overdue_ |= uint64_t{1} << bank;
    } else {
      most = std::max(most, overtakers(bank));
    }
  }
  next_overdue_ = columns_ + static_cast<uint32_t>(most_overtakers_ - most);
}

void DramChannel::hold_banks(Cycle now) {
  refresher_.advance(now);
  held_ = refresher_.pending() ? refresher_.front().mask() : 0;
}

bool DramChannel::advance_refresh(Cycle now) {
  const Refresher::Refresh refresh = refresher_.front();
  const uint32_t end = refresh.first_bank + refresh.banks;
  bool ready = true;
  for (uint32_t bank = refresh.first_bank; bank < end; ++bank) {
    const DramCommand needed = banks_[bank].open() ? DramCommand::precharge : DramCommand::refresh;
    if (timing_.earliest(needed, bank) > now) {
      ready = false;
    } else if (needed == DramCommand::precharge) {
      timing_.issue(needed, bank, now);
      close_bank(bank, now);
      after_precharge_ &= ~(uint64_t{1} << bank);
      ++stats_.precharges;
      disturb();
      return true;
    }
  }
  if (!ready) return false;
  for (uint32_t bank = refresh.first_bank; bank < end; ++bank) {
    timing_.refresh(bank, now, refresher_.trfc());
  }
  after_precharge_ &= ~refresh.mask();
  refreshing_until_ = now + refresher_.trfc();
  ++stats_.refreshes;
  refresher_.done();
  disturb();
  frozen_ = 0;
  hold_banks(now);
  return true;
}

void DramChannel::sharers_are_through(uint64_t burst, Cycle done, Cycle now) {
  const auto mine = std::stable_partition(sharers_.begin(), sharers_.end(),
                                          [&](const DramTransaction& s) { return s.burst != burst; });
  for (auto sharer = mine; sharer != sharers_.end(); ++sharer) {
    completions_.add({sharer->id, done, now});
    stats_.read_latency.add(done - sharer->accepted);
  }
  sharers_.erase(mine, sharers_.end());
}

Cycle DramChannel::next_refresh_step() const {
  const Refresher::Refresh refresh = refresher_.front();
  Cycle next_precharge = kNever, all_ready = 0;
  for (uint32_t bank = refresh.first_bank; bank < refresh.first_bank + refresh.banks; ++bank) {
    if (banks_[bank].open()) {
      next_precharge = std::min(next_precharge, timing_.earliest(DramCommand::precharge, bank));
    } else {
      all_ready = std::max(all_ready, timing_.earliest(DramCommand::refresh, bank));
    }
  }
  return next_precharge != kNever ? next_precharge : all_ready;
}

const ChannelStats& DramChannel::finish(Cycle end) {
  if (end > counted_to_) {
    run_until(end - 1);
    counted_to_ = end;
  }
  bus_.advance(end);
  bus_.finish(end, stats_.bus);
  stats_.queued_read_cycles = queues_.reads().waited(counted_to_);
  stats_.queued_write_cycles = queues_.writes().waited(counted_to_);
  const auto open_ranks = static_cast<uint64_t>(
      std::count_if(open_banks_.begin(), open_banks_.end(), [](uint32_t open) { return open != 0; }));
  stats_.active_rank_cycles = active_cycles_ + open_ranks * counted_to_;
  stats_.idle_rank_cycles = open_banks_.size() * counted_to_ - stats_.active_rank_cycles;
  return stats_;
}

}  // namespace systole
