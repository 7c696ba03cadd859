// Which command a plain channel gives, and what becomes of it.
#include "plain_dram_channel.h"

#include <algorithm>

namespace systole {
namespace {

bool is_column(PlainCommand command) {
  return command == PlainCommand::read || command == PlainCommand::write;
}

}  // namespace

bool PlainChannel::can_accept(bool write) const {
  return write ? writes_.size() < p_.controller.write_queue : reads_.size() < p_.controller.read_queue;
}

void PlainChannel::step(Cycle now) {
  const PlainRefresh due = next_refresh();
  refresh_pending_ = due.due <= now;
  frozen_first_ = refresh_pending_ ? due.first_bank : 0;
  frozen_ = refresh_pending_ ? due.banks : 0;
  command(now);
  move(now);
  count(now);
}

PlainRefresh PlainChannel::next_refresh() const {
  return plain_refresh(stats_.refreshes, p_.geometry, p_.timing, p_.controller.refresh);
}

bool PlainChannel::banks_empty() const {
  return std::all_of(banks_.begin(), banks_.end(), [](const PlainBank& bank) { return bank.queue.empty(); });
}

void PlainChannel::command(Cycle now) {
  PlainCommand first = PlainCommand::precharge;
  if (!refresh_pending_ || !refresh(now)) {
    const std::optional<PlainChoice> choice = pick(now);
    if (!choice) return;
    issue(*choice, now);
    first = choice->command;
  }
  if (!p_.controller.dual_command) return;
  const std::optional<PlainChoice> choice = pick(now);
  if (!choice) return;
  last_served_ = choice->bank;
  if (is_column(choice->command) != is_column(first)) issue(*choice, now);
}

bool PlainChannel::refresh(Cycle now) {
  bool ready = true;
  for (uint32_t b = frozen_first_; b < frozen_first_ + frozen_; ++b) {
    const bool open = banks_[b].row >= 0;
    if (!rules_.legal(open ? PlainCommand::precharge : PlainCommand::refresh, b, now)) {
      ready = false;
    } else if (open) {
      rules_.issue(PlainCommand::precharge, b, now);
      close(b, false);
      return true;
    }
  }
  if (!ready) return false;
  for (uint32_t b = frozen_first_; b < frozen_first_ + frozen_; ++b) {
    rules_.issue(PlainCommand::refresh, b, now);
    banks_[b].for_another_row = false;
  }
  const bool single = p_.controller.refresh == DramRefresh::per_bank;
  refreshing_until_ = now + (single ? p_.timing.trfc_pb.value() : p_.timing.trfc);
  ++stats_.refreshes;
  frozen_ = 0;
  refresh_pending_ = next_refresh().due <= now;
  return true;
}

PlainChoice PlainChannel::for_oldest(size_t bank) const {
  const PlainRequest& oldest = banks_[bank].queue[0];
  if (banks_[bank].row < 0) return {bank, PlainCommand::activate, 0};
  if (banks_[bank].row != oldest.row) return {bank, PlainCommand::precharge, 0};
  return {bank, oldest.write ? PlainCommand::write : PlainCommand::read, 0};
}

bool PlainChannel::overdue(size_t bank) const {
  const PlainRequest& oldest = banks_[bank].queue[0];
  uint64_t before = 0;
  for (const PlainBank& other : banks_) {
    before += std::count_if(other.queue.begin(), other.queue.end(),
                            [&](const PlainRequest& r) { return r.came < oldest.came; });
  }
  return oldest.passed >= before + 2 * p_.controller.bank_queue * banks_.size();
}

std::optional<PlainChoice> PlainChannel::pick(Cycle now) const {
  std::optional<PlainChoice> longest;
  for (size_t b = 0; b < banks_.size(); ++b) {
    const PlainBank& bank = banks_[b];
    if (is_frozen(b) || bank.queue.empty() || !overdue(b)) continue;
    const PlainChoice choice = for_oldest(b);
    if (!rules_.legal_for_bank(choice.command, static_cast<uint32_t>(b), now)) continue;
    if (!longest || bank.queue[0].came < banks_[longest->bank].queue[0].came) longest = choice;
  }
  const bool legal = longest && rules_.legal(longest->command, static_cast<uint32_t>(longest->bank), now);
  return legal ? longest : pick_in_turn(now, longest);
}

bool PlainChannel::delays(const PlainChoice& choice, const PlainChoice& first, Cycle now) const {
  const auto bank = static_cast<uint32_t>(first.bank);
  Cycle from = now;
  while (!rules_.legal(first.command, bank, from)) ++from;
  PlainRules then = rules_;
  then.issue(choice.command, static_cast<uint32_t>(choice.bank), now);
  return !then.legal(first.command, bank, from);
}

std::optional<PlainChoice> PlainChannel::pick_in_turn(Cycle now,
                                                      const std::optional<PlainChoice>& first) const {
  for (size_t i = 1; i <= banks_.size(); ++i) {
    const size_t b = (last_served_ + i) % banks_.size();
    if (is_frozen(b) || banks_[b].queue.empty()) continue;
    if (overdue(b)) {  // nothing but what its oldest entry needs
      const PlainChoice choice = for_oldest(b);
      if (!rules_.legal(choice.command, static_cast<uint32_t>(b), now)) continue;
      if (!first || !delays(choice, *first, now)) return choice;
      continue;
    }
    for (size_t entry = 0; entry < banks_[b].queue.size(); ++entry) {
      const std::optional<PlainCommand> command = wanted(banks_[b], entry);
      if (!command || !rules_.legal(*command, static_cast<uint32_t>(b), now)) continue;
      const PlainChoice choice{b, *command, entry};
      if (!first || !delays(choice, *first, now)) return choice;
      break;
    }
  }
  return std::nullopt;
}

std::optional<PlainCommand> PlainChannel::wanted(const PlainBank& bank, size_t entry) const {
  const PlainRequest& request = bank.queue[entry];
  const auto hit = [&](const PlainRequest& r) { return r.row == bank.row; };
  if (bank.row < 0) return entry == 0 ? std::optional(PlainCommand::activate) : std::nullopt;
  if (!hit(request)) {
    const bool hits_wait = std::any_of(bank.queue.begin(), bank.queue.end(), hit);
    const bool may_close = !hits_wait || bank.served >= p_.controller.row_hit_cap;
    return entry == 0 && may_close ? std::optional(PlainCommand::precharge) : std::nullopt;
  }
  if (!request.write) return PlainCommand::read;
  const bool read_before =
      std::any_of(bank.queue.begin(), bank.queue.begin() + entry,
                  [&](const PlainRequest& r) { return !r.write && r.burst == request.burst; });
  return read_before ? std::nullopt : std::optional(PlainCommand::write);
}

void PlainChannel::close(size_t b, bool for_another_row) {
  banks_[b].row = -1;
  banks_[b].served = 0;
  banks_[b].for_another_row = for_another_row;
  ++stats_.precharges;
}

void PlainChannel::issue(const PlainChoice& choice, Cycle now) {
  const size_t b = choice.bank;
  last_served_ = b;
  rules_.issue(choice.command, static_cast<uint32_t>(b), now);
  if (choice.command == PlainCommand::precharge) return close(b, true);
  if (is_column(choice.command)) return column(b, choice.entry, now);
  banks_[b].row = banks_[b].queue[0].row;
  banks_[b].served = 0;
  ++stats_.activates;
  ++stats_.banks[b].activates;
}

void PlainChannel::column(size_t b, size_t entry, Cycle now) {
  PlainBank& bank = banks_[b];
  BankCounts& counts = stats_.banks[b];
  ++(bank.served++ != 0 ? counts.hits : bank.for_another_row ? counts.conflicts : counts.misses);
  const PlainRequest served = bank.queue[entry];
  bank.queue.erase(bank.queue.begin() + entry);
  for (PlainBank& other : banks_) {
    for (PlainRequest& waiting : other.queue) waiting.passed += waiting.came < served.came;
  }
  data(now + (served.write ? p_.timing.cwl : p_.timing.cl));
  stats_.turnarounds += stats_.reads + stats_.writes != 0 && last_was_write_ != served.write;
  last_was_write_ = served.write;
  ++(served.write ? stats_.writes : stats_.reads);
  if (!served.write) answer(served, data_end_);
  const bool more = std::any_of(bank.queue.begin(), bank.queue.end(),
                                [&](const PlainRequest& r) { return r.row == bank.row; });
  if (p_.controller.page_policy == PagePolicy::closed && !more) {
    rules_.close_by_itself(static_cast<uint32_t>(b));
    close(b, false);
  }
}

}  // namespace systole
