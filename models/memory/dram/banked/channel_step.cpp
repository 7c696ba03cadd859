// What a channel does in a cycle: a command, a move from the queues to a bank, a look ahead.
#include <algorithm>

#include "models/clones.h"
#include "models/memory/dram/banked/channel.h"

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

SYSTOLE_FLATTEN void DramChannel::step(Cycle now) {
  counted_to_ = now;
  if (refresher_.next_due() <= now) hold_banks(now);
  frozen_ = held_;
  issue_commands(now);
  const bool moved = !queues_.empty() && move_transaction(now);
  if (stale_ || banks_ready_ <= now) look_ahead(now);
  note_state(now);
  next_ = overdue_ != 0 || (moved && queues_.movable(room_)) ? now + 1 : next_after(now);
  event_ = busy() ? next_ : kNever;
}

void DramChannel::issue_commands(Cycle now) {
  DramCommand issued = DramCommand::precharge;
  if (held_ == 0 || !advance_refresh(now)) {
    if (banks_ready_ > now && overdue_ == 0) return;
    const Pick picked = pick(now);
    if (!picked.found) return;
    issued = picked.choice.command;
    issue(picked, now);
  }
  if (params_.controller.dual_command) issue_second(issued, now);
}

void DramChannel::issue_second(DramCommand issued, Cycle now) {
  // No two column commands share a cycle.
  if (overdue_ == 0 && is_column(issued) && (occupied_ & ~frozen_ & ~(reading_ | writing_)) == 0) return;
  if (overdue_ == 0 && floor_of(occupied_ & ~frozen_) > now) return;
  const Pick second = pick(now);
  if (!second.found) return;
  last_served_ = second.bank;
  if (is_column(second.choice.command) != is_column(issued)) issue(second, now);
}

DramChannel::Pick DramChannel::pick(Cycle now) {
  if (overdue_ != 0) return pick_overdue(now);
  if (now == banks_ready_ && next_bank_ != kUnknown && (frozen_ >> next_bank_ & 1) == 0)
    return {true, next_bank_, banks_[next_bank_].choose(timing_, next_bank_, now)};
  return pick_in_turn(now, nullptr);
}

DramChannel::Pick DramChannel::pick_overdue(Cycle now) {
  const uint32_t bank = most_overdue(now);
  if (bank == kUnknown) return pick_in_turn(now, nullptr);
  const DramCommand command = banks_[bank].head_command();
  const Pick owed{true, bank, {timing_.earliest(command, bank), command, 0}};
  return owed.choice.from <= now ? owed : pick_in_turn(now, &owed);
}

bool DramChannel::delays(const Pick& pick, const Pick& owed, Cycle now) {
  trial_ = timing_;
  trial_.issue(pick.choice.command, pick.bank, now);
  return trial_.earliest(owed.choice.command, owed.bank) > owed.choice.from;
}

DramChannel::Pick DramChannel::pick_in_turn(Cycle now, const Pick* owed) {
  Pick pick;
  in_turn(occupied_ & ~frozen_, last_served_ + 1, [&](uint32_t bank) {
    if ((overdue_ >> bank & 1) != 0) {  // hits would put its oldest entry's precharge off
      const DramCommand command = banks_[bank].head_command();
      const Cycle from = timing_.earliest(command, bank);
      if (from > now) return false;
      pick = {true, bank, {from, command, 0}};
    } else {
      if (ready_[bank] > now) return false;
      ready_[bank] = banks_[bank].ready(timing_, bank);
      if (ready_[bank] > now) return false;
      pick = {true, bank, banks_[bank].choose(timing_, bank, now)};
    }
    pick.found = owed == nullptr || !delays(pick, *owed, now);
    return pick.found;
  });
  return pick;
}

void DramChannel::issue(const Pick& pick, Cycle now) {
  last_served_ = pick.bank;
  disturb();
  if (is_column(pick.choice.command)) return column(pick, now);
  move_row(pick, now);
}

void DramChannel::column(const Pick& pick, Cycle now) {
  const uint32_t bank = pick.bank;
  const bool write = pick.choice.command == DramCommand::write;
  BankQueue& queue = banks_[bank];
  count_access(bank, queue.first_access());
  // 1. Its data take the bus; a read is answered when they are through.
  const DramTransaction& served = queue.entry(pick.choice.entry);
  const Cycle end = take_bus(write, now);
  if (write) {
    timing_.write(bank, now);
    ++stats_.writes;
    --queued_.of(served.burst).writes;
  } else {
    timing_.read(bank, now);
    ++stats_.reads;
    --queued_.of(served.burst).reads;
    completions_.add({served.id, end, now});
    stats_.read_latency.add(end - served.accepted);
    if (served.shared) sharers_are_through(served.burst, end, now);
  }
  // 2. It leaves its bank, which may want something else now.
  const uint64_t bit = uint64_t{1} << bank;
  if (queue.remove(pick.choice.entry, params_.controller.row_hit_cap)) settle(bank);
  if (queue.empty()) occupied_ &= ~bit;
  room_ |= bit;
  ++columns_;
  if (pick.choice.entry == 0) head_is_through(bank);
  if (static_cast<int32_t>(columns_ - next_overdue_) >= 0) find_overdue();
  if (params_.controller.page_policy == PagePolicy::closed && !queue.wants_open_row()) {
    timing_.auto_precharge(bank);
    close_bank(bank, now);
    after_precharge_ &= ~bit;
    ++stats_.precharges;
  }
}

Cycle DramChannel::take_bus(bool write, Cycle now) {
  const Cycle begin = now + (write ? params_.timing.cwl : params_.timing.cl);
  const Cycle end = begin + params_.geometry.burst_cycles;
  bus_.advance(now);
  bus_.burst(begin, end, stats_.bus);
  stats_.last_data = end;
  stats_.turnarounds += any_column_ && last_was_write_ != write;
  last_was_write_ = write;
  any_column_ = true;
  return end;
}

void DramChannel::count_access(uint32_t bank, bool first) {
  BankCounts& counts = stats_.banks[bank];
  if (!first) {
    ++counts.hits;
  } else if ((after_precharge_ >> bank & 1) != 0) {
    ++counts.conflicts;
  } else {
    ++counts.misses;
  }
}

bool DramChannel::move_transaction(Cycle now) {
  queues_.take_turns(occupied_ == 0, now);
  return queues_.move_one(
      room_, now,
      [&](const DramTransaction& write) {
        return queued_.of(write.burst).reads != 0 && find(write.burst, write.bank, false) != nullptr;
      },
      [&](const DramTransaction& transaction) { move_to_bank(transaction); });
}

void DramChannel::move_to_bank(const DramTransaction& transaction) {
  const DramController& limits = params_.controller;
  BankQueue& bank = banks_[transaction.bank];
  const bool changed = bank.push(transaction, came_++, limits.row_hit_cap);
  const uint64_t bit = uint64_t{1} << transaction.bank;
  occupied_ |= bit;
  if (bank.size() == limits.bank_queue) room_ &= ~bit;
  if (!changed) return;
  settle(transaction.bank);
  next_bank_ = kUnknown;
  ready_[transaction.bank] = bank.ready(timing_, transaction.bank);
  banks_ready_ = std::min(banks_ready_, ready_[transaction.bank]);
}

SYSTOLE_FLATTEN void DramChannel::pass_to_bank(const DramTransaction& read, Cycle now) {
  queues_.pass(now);
  move_to_bank(read);
  if (banks_ready_ <= now) look_ahead(now);
  note_state(now);
  event_ = next_ = next_after(now);
}

void DramChannel::look_ahead(Cycle now) {
  const uint64_t banks = occupied_ & ~held_, columns = banks & (reading_ | writing_);
  const uint32_t from = last_served_ + 1;
  stale_ = false;
  next_bank_ = kUnknown;
  banks_ready_ = kNever;
  // 1. Columns, in turn: the first that nothing but the rank holds back is the one, since none can be
  // earlier.
  if (columns != 0) {
    const Cycle enough = std::max(floor_of(columns), now + 1);
    in_turn(columns, from, [&](uint32_t bank) {
      const DramCommand wanted = (reading_ >> bank & 1) != 0 ? DramCommand::read : DramCommand::write;
      ready_[bank] = timing_.earliest(wanted, bank);
      const Cycle at = std::max(ready_[bank], now + 1);
      if (at >= banks_ready_) return false;
      banks_ready_ = at;
      next_bank_ = bank;
      return at <= enough;
    });
  }
  // 2. The others, unless they are known to come later.
  if (banks != columns) {
    in_turn(banks & ~columns, from, [&](uint32_t bank) {
      if (ready_[bank] > banks_ready_) return false;
      ready_[bank] = banks_[bank].ready(timing_, bank);
      const Cycle at = std::max(ready_[bank], now + 1);
      if (at > banks_ready_) return false;
      if (at == banks_ready_ && turn_of(next_bank_, from) < turn_of(bank, from)) return false;
      banks_ready_ = at;
      next_bank_ = bank;
      return false;
    });
  }
}

Cycle DramChannel::next_after(Cycle now) const {
  Cycle next = std::min(refresher_.next_due(), banks_ready_);
  if (held_ != 0) next = std::min(next, next_refresh_step());
  if (occupied_ == 0) next = std::min(next, queues_.idle_drain_at());
  return std::max(next, now + 1);
}

}  // namespace systole
