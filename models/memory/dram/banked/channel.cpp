#include "models/memory/dram/banked/channel.h"

#include <algorithm>

namespace systole {
namespace {

bool is_column(DramCommand command) { return command == DramCommand::read || command == DramCommand::write; }

/// Calls `visit(bank)` for the set bits from `first` upwards, then for those below, until it returns true.
template <class Visit>
void in_turn(uint64_t mask, uint32_t first, const Visit& visit) {
  const uint64_t low = first >= 64 ? ~uint64_t{0} : (uint64_t{1} << first) - 1;
  for (uint64_t half : {mask & ~low, mask & low}) {
    for (; half != 0; half &= half - 1) {
      if (visit(static_cast<uint32_t>(__builtin_ctzll(half)))) return;
    }
  }
}

}  // namespace

DramChannel::DramChannel(const BankedParams& params)
    : params_(params),
      timing_(params.geometry, params.timing),
      refresher_(params.geometry, params.timing, params.controller.refresh),
      queues_(params.controller) {
  reset();
}

void DramChannel::reset() {
  const uint32_t banks = params_.geometry.banks_per_channel();
  timing_.reset();
  refresher_.reset();
  queues_.reset();
  banks_.assign(banks, {});
  after_precharge_.assign(banks, 0);
  open_banks_.assign(params_.geometry.ranks, 0);
  pending_reads_.reset();
  pending_writes_.reset();
  sharers_.clear();
  completions_.clear();
  occupied_ = frozen_ = 0;
  banks_ready_ = kNever;
  last_served_ = 0;
  counted_to_ = refreshing_until_ = 0;
  next_ = refresher_.next_due();
  last_was_write_ = any_column_ = false;
  bus_ = {};
  stats_ = {};
  stats_.banks.resize(banks);
}

DramTransaction* DramChannel::find(const DramTransaction& like, bool write) {
  if (!(write ? pending_writes_ : pending_reads_).may_hold(like.burst)) return nullptr;
  for (DramTransaction& queued : banks_[like.bank].entries()) {
    if (queued.burst == like.burst && queued.write == write) return &queued;
  }
  return queues_.find(like.burst, write);
}

void DramChannel::accept(const DramTransaction& transaction, Cycle now) {
  count_time(now);
  DramTransaction accepted = transaction;
  accepted.accepted = now;
  accepted.shared = false;
  DramTransaction* const write = find(accepted, true);
  if (accepted.write) {
    completions_.push_back({accepted.id, now + 1});
    if (write != nullptr) {
      ++stats_.merged;
      return;
    }
    pending_writes_.add(accepted.burst);
  } else if (write != nullptr) {
    ++stats_.forwarded;
    read_is_through(accepted, now + 1);
    return;
  } else if (DramTransaction* const read = find(accepted, false)) {
    ++stats_.merged;
    read->shared = true;
    sharers_.push_back(accepted);
    return;
  } else {
    pending_reads_.add(accepted.burst);
  }
  queues_.push(accepted, now);
  next_ = std::min(next_, now);
}

void DramChannel::flush(Cycle now) {
  queues_.flush();
  if (busy()) next_ = std::min(next_, now);
}

void DramChannel::step(Cycle now) {
  count_time(now);
  refresher_.advance(now);
  frozen_ = refresher_.pending() ? refresher_.front().mask() : 0;
  const bool any = issue_commands(now);
  const bool moved = move_transaction(now);
  if (any || banks_ready_ <= now) banks_ready_ = first_ready(now);
  note_state();
  next_ = moved ? now + 1 : next_after(now);
}

bool DramChannel::issue_commands(Cycle now) {
  DramCommand issued = DramCommand::precharge;
  bool any = refresher_.pending() && advance_refresh(now);
  if (!any) {
    if (banks_ready_ > now) return false;
    const Pick first = pick(now);
    if (!first.found) return false;
    issued = first.choice.command;
    issue(first, now);
    any = true;
  }
  if (params_.controller.dual_command) {
    const Pick second = pick(now);
    if (second.found) {
      last_served_ = second.bank;
      if (is_column(second.choice.command) != is_column(issued)) issue(second, now);
    }
  }
  return any;
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
      close_bank(bank);
      after_precharge_[bank] = false;
      ++stats_.precharges;
      return true;
    }
  }
  if (!ready) return false;
  for (uint32_t bank = refresh.first_bank; bank < end; ++bank) {
    timing_.refresh(bank, now, refresher_.trfc());
    after_precharge_[bank] = false;
  }
  refreshing_until_ = now + refresher_.trfc();
  ++stats_.refreshes;
  refresher_.done();
  frozen_ = 0;
  return true;
}

DramChannel::Pick DramChannel::pick(Cycle now) const {
  Pick pick;
  in_turn(occupied_ & ~frozen_, last_served_ + 1, [&](uint32_t bank) {
    const BankQueue::Choice choice = banks_[bank].choose(timing_, bank, now);
    if (choice.from > now) return false;
    pick = {true, bank, choice};
    return true;
  });
  return pick;
}

void DramChannel::issue(const Pick& pick, Cycle now) {
  const uint32_t bank = pick.bank, cap = params_.controller.row_hit_cap;
  last_served_ = bank;
  if (is_column(pick.choice.command)) return column(pick, now);
  timing_.issue(pick.choice.command, bank, now);
  if (pick.choice.command == DramCommand::precharge) {
    close_bank(bank);
    after_precharge_[bank] = true;
    ++stats_.precharges;
    return;
  }
  banks_[bank].activate(banks_[bank].entries()[pick.choice.entry].row, cap);
  ++open_banks_[bank / params_.geometry.banks_per_rank()];
  ++stats_.activates;
  ++stats_.banks[bank].activates;
}

void DramChannel::close_bank(uint32_t bank) {
  banks_[bank].close(params_.controller.row_hit_cap);
  --open_banks_[bank / params_.geometry.banks_per_rank()];
}

void DramChannel::column(const Pick& pick, Cycle now) {
  const uint32_t bank = pick.bank;
  const bool write = pick.choice.command == DramCommand::write;
  BankQueue& queue = banks_[bank];
  count_access(bank, queue.first_access());
  timing_.issue(pick.choice.command, bank, now);
  const DramTransaction served = queue.take(pick.choice.entry, params_.controller.row_hit_cap);
  if (queue.empty()) occupied_ &= ~(uint64_t{1} << bank);

  const Cycle begin = now + (write ? params_.timing.cwl : params_.timing.cl);
  const Cycle end = begin + params_.geometry.burst_cycles;
  bus_.burst(begin, end, stats_.bus);
  stats_.last_data = end;
  stats_.turnarounds += any_column_ && last_was_write_ != write;
  last_was_write_ = write;
  any_column_ = true;
  if (write) {
    ++stats_.writes;
    pending_writes_.remove(served.burst);
  } else {
    ++stats_.reads;
    pending_reads_.remove(served.burst);
    read_is_through(served, end);
  }
  if (params_.controller.page_policy == PagePolicy::closed && !queue.wants_open_row()) {
    timing_.auto_precharge(write, bank, now);
    close_bank(bank);
    after_precharge_[bank] = false;
    ++stats_.precharges;
  }
}

void DramChannel::read_is_through(const DramTransaction& read, Cycle done) {
  completions_.push_back({read.id, done});
  stats_.read_latency.add(done - read.accepted);
  if (!read.shared) return;
  const auto mine = std::stable_partition(sharers_.begin(), sharers_.end(),
                                          [&](const DramTransaction& s) { return s.burst != read.burst; });
  for (auto sharer = mine; sharer != sharers_.end(); ++sharer) {
    completions_.push_back({sharer->id, done});
    stats_.read_latency.add(done - sharer->accepted);
  }
  sharers_.erase(mine, sharers_.end());
}

void DramChannel::count_access(uint32_t bank, bool first) {
  BankCounts& counts = stats_.banks[bank];
  if (!first) {
    ++counts.hits;
  } else if (after_precharge_[bank]) {
    ++counts.conflicts;
  } else {
    ++counts.misses;
  }
}

bool DramChannel::move_transaction(Cycle now) {
  if (queues_.empty()) return false;
  queues_.take_turns(occupied_ == 0, now);
  const DramController& limits = params_.controller;
  return queues_.move_one([&](uint32_t bank) { return banks_[bank].size() < limits.bank_queue; },
                          [&](const DramTransaction& write) { return find(write, false) != nullptr; },
                          [&](const DramTransaction& transaction) {
                            BankQueue& bank = banks_[transaction.bank];
                            bank.push(transaction, limits.row_hit_cap);
                            occupied_ |= uint64_t{1} << transaction.bank;
                            const Cycle ready = bank.choose(timing_, transaction.bank, now).from;
                            banks_ready_ = std::min(banks_ready_, ready);
                          });
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

Cycle DramChannel::first_ready(Cycle now) const {
  Cycle first = kNever;
  const uint64_t held = refresher_.pending() ? refresher_.front().mask() : 0;
  in_turn(occupied_ & ~held, 0, [&](uint32_t bank) {
    first = std::min(first, banks_[bank].choose(timing_, bank, now).from);
    return first <= now + 1;
  });
  return first;
}

Cycle DramChannel::next_after(Cycle now) const {
  Cycle next = std::min(refresher_.next_due(), banks_ready_);
  if (refresher_.pending()) next = std::min(next, next_refresh_step());
  if (occupied_ == 0) next = std::min(next, queues_.idle_drain_at());
  return std::max(next, now + 1);
}

void DramChannel::note_state() {
  const bool requested = occupied_ != 0 || queues_.reads() != 0 || queues_.draining();
  bus_.state(requested, refresher_.pending() ? kNever : refreshing_until_);
}

void DramChannel::count_time(Cycle now) {
  const Cycle passed = now - counted_to_;
  if (passed == 0) return;
  counted_to_ = now;
  stats_.queued_read_cycles += queues_.reads() * passed;
  stats_.queued_write_cycles += queues_.writes() * passed;
  for (const uint32_t open : open_banks_) {
    (open != 0 ? stats_.active_rank_cycles : stats_.idle_rank_cycles) += passed;
  }
  bus_.advance(now);
}

const ChannelStats& DramChannel::finish(Cycle end) {
  if (end > counted_to_) {
    run_until(end - 1);
    count_time(end);
  }
  bus_.finish(end, stats_.bus);
  return stats_;
}

}  // namespace systole
