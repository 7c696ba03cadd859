#include "models/memory/dram/banked/channel.h"

#include <algorithm>
#include <stdexcept>

#include "models/clones.h"

namespace systole {
namespace {

bool is_column(DramCommand command) { return command == DramCommand::read || command == DramCommand::write; }

/// How many banks come before this one, beginning with `first`.
uint32_t turn_of(uint32_t bank, uint32_t first) { return (bank - first) & 63; }

/// Calls `visit(bank)` for the set bits from `first` upwards, then for those below, until it returns true.
template <class Visit>
void in_turn(uint64_t mask, uint32_t first, const Visit& visit) {
  first &= 63;
  for (uint64_t rest = mask >> first | mask << (-first & 63); rest != 0; rest &= rest - 1) {
    if (visit((static_cast<uint32_t>(__builtin_ctzll(rest)) + first) & 63)) return;
  }
}

}  // namespace

DramChannel::DramChannel(const BankedParams& params)
    : params_(params),
      timing_(params.geometry, params.timing),
      refresher_(params.geometry, params.timing, params.controller.refresh),
      queues_(params.controller, params.geometry.banks_per_channel()) {
  reset();
}

void DramChannel::reset() {
  const uint32_t banks = params_.geometry.banks_per_channel();
  timing_.reset();
  refresher_.reset();
  queues_.reset();
  banks_.clear();
  banks_.reserve(banks);
  for (uint32_t bank = 0; bank < banks; ++bank) banks_.emplace_back(params_.controller.bank_queue);
  after_precharge_.assign(banks, 0);
  open_banks_.assign(params_.geometry.ranks, 0);
  queued_.reset();
  sharers_.clear();
  completions_.clear();
  occupied_ = held_ = frozen_ = 0;
  room_ = banks == 64 ? ~uint64_t{0} : (uint64_t{1} << banks) - 1;
  active_cycles_ = 0;
  ready_.assign(banks, kNever);
  banks_ready_ = kNever;
  reading_ = writing_ = 0;
  stale_ = false;
  next_bank_ = kUnknown;
  last_served_ = 0;
  counted_to_ = refreshing_until_ = 0;
  next_ = refresher_.next_due();
  event_ = kNever;
  last_was_write_ = any_column_ = false;
  bus_ = {};
  stats_ = {};
  stats_.banks.resize(banks);
}

DramTransaction* DramChannel::find(uint64_t burst, uint32_t bank, bool write) {
  DramTransaction* const queued = banks_[bank].find(burst, write);
  return queued != nullptr ? queued : queues_.find(burst, bank, write);
}

void DramChannel::accept(uint64_t burst, const DramPlace& place, uint32_t id, bool write, Cycle now) {
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
  if (write) completions_.push_back({id, now + 1, now});
  if (written && write) {
    ++stats_.merged;
    return;
  }
  if (written) {
    ++stats_.forwarded;
    stats_.read_latency.add(1);
    completions_.push_back({id, now + 1, now});
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

SYSTOLE_FLATTEN void DramChannel::step(Cycle now) {
  counted_to_ = now;
  if (refresher_.next_due() <= now) hold_banks(now);
  frozen_ = held_;
  issue_commands(now);
  const bool moved = move_transaction(now);
  if (stale_ || banks_ready_ <= now) look_ahead(now);
  note_state(now);
  next_ = moved && queues_.movable(room_) ? now + 1 : next_after(now);
  event_ = busy() ? next_ : kNever;
}

void DramChannel::issue_commands(Cycle now) {
  DramCommand issued = DramCommand::precharge;
  if (held_ == 0 || !advance_refresh(now)) {
    if (banks_ready_ > now) return;
    const Pick first = pick(now);
    if (!first.found) return;
    issued = first.choice.command;
    issue(first, now);
  }
  if (!params_.controller.dual_command || floor_of(occupied_ & ~frozen_) > now) return;
  const Pick second = pick(now);
  if (!second.found) return;
  last_served_ = second.bank;
  if (is_column(second.choice.command) != is_column(issued)) issue(second, now);
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
      after_precharge_[bank] = false;
      ++stats_.precharges;
      disturb();
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
  disturb();
  frozen_ = 0;
  hold_banks(now);
  return true;
}

DramChannel::Pick DramChannel::pick(Cycle now) {
  if (now == banks_ready_ && next_bank_ != kUnknown && (frozen_ >> next_bank_ & 1) == 0) {
    return {true, next_bank_, banks_[next_bank_].choose(timing_, next_bank_, now)};
  }
  Pick pick;
  in_turn(occupied_ & ~frozen_, last_served_ + 1, [&](uint32_t bank) {
    if (ready_[bank] > now) return false;
    ready_[bank] = banks_[bank].ready(timing_, bank);
    if (ready_[bank] > now) return false;
    pick = {true, bank, banks_[bank].choose(timing_, bank, now)};
    return true;
  });
  return pick;
}

void DramChannel::issue(const Pick& pick, Cycle now) {
  const uint32_t bank = pick.bank, cap = params_.controller.row_hit_cap;
  last_served_ = bank;
  disturb();
  if (is_column(pick.choice.command)) return column(pick, now);
  timing_.issue(pick.choice.command, bank, now);
  if (pick.choice.command == DramCommand::precharge) {
    close_bank(bank, now);
    after_precharge_[bank] = true;
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

void DramChannel::column(const Pick& pick, Cycle now) {
  const uint32_t bank = pick.bank;
  const bool write = pick.choice.command == DramCommand::write;
  BankQueue& queue = banks_[bank];
  count_access(bank, queue.first_access());
  const DramTransaction served = queue.entry(pick.choice.entry);
  const uint64_t bit = uint64_t{1} << bank;
  if (queue.remove(pick.choice.entry, params_.controller.row_hit_cap)) settle(bank);
  if (queue.empty()) occupied_ &= ~bit;
  room_ |= bit;

  const Cycle begin = now + (write ? params_.timing.cwl : params_.timing.cl);
  const Cycle end = begin + params_.geometry.burst_cycles;
  bus_.advance(now);
  bus_.burst(begin, end, stats_.bus);
  stats_.last_data = end;
  stats_.turnarounds += any_column_ && last_was_write_ != write;
  last_was_write_ = write;
  any_column_ = true;
  if (write) {
    timing_.write(bank, now);
    ++stats_.writes;
    --queued_.of(served.burst).writes;
  } else {
    timing_.read(bank, now);
    ++stats_.reads;
    --queued_.of(served.burst).reads;
    read_is_through(served, end, now);
  }
  if (params_.controller.page_policy == PagePolicy::closed && !queue.wants_open_row()) {
    timing_.auto_precharge(write, bank, now);
    close_bank(bank, now);
    after_precharge_[bank] = false;
    ++stats_.precharges;
  }
}

void DramChannel::sharers_are_through(uint64_t burst, Cycle done, Cycle now) {
  const auto mine = std::stable_partition(sharers_.begin(), sharers_.end(),
                                          [&](const DramTransaction& s) { return s.burst != burst; });
  for (auto sharer = mine; sharer != sharers_.end(); ++sharer) {
    completions_.push_back({sharer->id, done, now});
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
  return queues_.move_one(
      room_, now,
      [&](const DramTransaction& write) {
        return queued_.of(write.burst).reads != 0 && find(write.burst, write.bank, false) != nullptr;
      },
      [&](const DramTransaction& transaction) {
        BankQueue& bank = banks_[transaction.bank];
        const bool changed = bank.push(transaction, limits.row_hit_cap);
        const uint64_t bit = uint64_t{1} << transaction.bank;
        occupied_ |= bit;
        if (bank.size() == limits.bank_queue) room_ &= ~bit;
        if (!changed) return;
        settle(transaction.bank);
        ready_[transaction.bank] = bank.ready(timing_, transaction.bank);
        consider(transaction.bank);
      });
}

void DramChannel::consider(uint32_t bank) {
  const auto turn = [this](uint32_t b) { return turn_of(b, last_served_ + 1); };
  const Cycle ready = ready_[bank];
  if (ready < banks_ready_) {
    banks_ready_ = ready;
    next_bank_ = bank;
  } else if (bank == next_bank_) {
    if (ready != banks_ready_) next_bank_ = kUnknown;
  } else if (ready == banks_ready_ && next_bank_ != kUnknown && turn(bank) < turn(next_bank_)) {
    next_bank_ = bank;
  }
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

void DramChannel::look_ahead(Cycle now) {
  const uint64_t banks = occupied_ & ~held_, reads = banks & reading_, writes = banks & writing_;
  Cycle floor = reads != 0 ? timing_.floor(DramCommand::read) : kNever;
  if (writes != 0) floor = std::min(floor, timing_.floor(DramCommand::write));
  Cycle first = kNever;
  uint32_t next = kUnknown;
  const auto look_at = [&](uint64_t some, Cycle enough) {
    in_turn(some, last_served_ + 1, [&](uint32_t bank) {
      if (ready_[bank] >= first) return false;
      ready_[bank] = banks_[bank].ready(timing_, bank);
      if (ready_[bank] >= first) return false;
      first = ready_[bank];
      next = bank;
      return first <= enough;
    });
  };
  look_at(reads | writes, std::max(floor, now + 1));
  const uint64_t others = banks & ~(reads | writes);  // they want rows opened or closed
  if (others != 0) {
    const Cycle column = std::max(first, now + 1);
    const uint32_t column_bank = next;
    first = column == kNever ? kNever : column + 1;
    look_at(others, now + 1);
    const bool earlier = std::max(first, now + 1) < column;
    const uint32_t from = last_served_ + 1;
    if (!earlier && (first > column || turn_of(column_bank, from) < turn_of(next, from))) {
      first = column;
      next = column_bank;
    }
  }
  banks_ready_ = std::max(first, now + 1);
  next_bank_ = next;
  stale_ = false;
}

Cycle DramChannel::next_after(Cycle now) const {
  Cycle next = std::min(refresher_.next_due(), banks_ready_);
  if (held_ != 0) next = std::min(next, next_refresh_step());
  if (occupied_ == 0) next = std::min(next, queues_.idle_drain_at());
  return std::max(next, now + 1);
}

const ChannelStats& DramChannel::finish(Cycle end) {
  if (end > counted_to_) {
    run_until(end - 1);
    counted_to_ = end;
    bus_.advance(end);
  }
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
