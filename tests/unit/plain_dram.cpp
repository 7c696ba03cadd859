#include "plain_dram.h"

#include <algorithm>
#include <set>

#include "models/memory/dram/banked/address_map.h"
#include "models/memory/dram/banked/bank_timing.h"
#include "models/memory/dram/banked/bus_account.h"
#include "models/memory/dram/banked/refresher.h"

namespace systole {
namespace {

using Command = DramCommand;

struct Request {
  uint64_t burst = 0;
  uint32_t bank = 0, row = 0;
  bool write = false;
  Cycle accepted = 0;
};

struct Bank {
  std::vector<Request> queue;
  int64_t row = -1;
  uint32_t served = 0;
  bool for_another_row = false;
};

struct Choice {
  Command command;
  size_t entry;
};

class PlainChannel {
 public:
  explicit PlainChannel(const BankedParams& params)
      : p_(params),
        timing_(params.geometry, params.timing),
        refresher_(params.geometry, params.timing, params.controller.refresh),
        banks_(params.geometry.banks_per_channel()) {
    stats_.banks.resize(banks_.size());
  }

  bool can_accept(bool write) const {
    return write ? writes_.size() < p_.controller.write_queue : reads_.size() < p_.controller.read_queue;
  }

  void accept(const Request& request, Cycle now) {
    const bool written = find(request.burst, true);
    if (request.write) {
      note(now + 1);
      if (written) return void(++stats_.merged);
    } else if (written) {
      ++stats_.forwarded;
      return tell(request, now + 1);
    } else if (find(request.burst, false)) {
      ++stats_.merged;
      return sharers_.push_back(request);
    }
    (request.write ? writes_ : reads_).push_back(request);
    last_push_ = now;
    flushing_ = false;
  }

  void flush() { flushing_ = true; }
  bool busy() const { return !reads_.empty() || !writes_.empty() || !banks_empty(); }

  void step(Cycle now) {
    bus_.advance(now);
    refresher_.advance(now);
    frozen_ = refresher_.pending() ? refresher_.front().mask() : 0;
    command(now);
    move(now);
    bus_.state(!banks_empty() || !reads_.empty() || draining_ != 0,
               refresher_.pending() ? kNever : refreshing_until_);
    stats_.queued_read_cycles += reads_.size();
    stats_.queued_write_cycles += writes_.size();
    const uint32_t per_rank = p_.geometry.banks_per_rank();
    for (size_t first = 0; first < banks_.size(); first += per_rank) {
      const bool open = std::any_of(banks_.begin() + first, banks_.begin() + first + per_rank,
                                    [](const Bank& bank) { return bank.row >= 0; });
      ++(open ? stats_.active_rank_cycles : stats_.idle_rank_cycles);
    }
  }

  const ChannelStats& finish(Cycle end) {
    bus_.advance(end);
    bus_.finish(end, stats_.bus);
    return stats_;
  }
  /// The last data and the last answer so far.
  Cycle end() const { return std::max<Cycle>(stats_.last_data, last_answer_); }
  /// Answers that lie before `now`, each told of once.
  size_t answered(Cycle now) {
    const auto rest = answers_.lower_bound(now);
    const auto count = static_cast<size_t>(std::distance(answers_.begin(), rest));
    answers_.erase(answers_.begin(), rest);
    return count;
  }

 private:
  bool banks_empty() const {
    return std::all_of(banks_.begin(), banks_.end(), [](const Bank& bank) { return bank.queue.empty(); });
  }

  bool find(uint64_t burst, bool write) const {
    const auto same = [&](const Request& r) { return r.burst == burst && r.write == write; };
    const auto& queue = write ? writes_ : reads_;
    return std::any_of(queue.begin(), queue.end(), same) ||
           std::any_of(banks_.begin(), banks_.end(), [&](const Bank& bank) {
             return std::any_of(bank.queue.begin(), bank.queue.end(), same);
           });
  }

  void note(Cycle done) {
    answers_.insert(done);
    last_answer_ = std::max(last_answer_, done);
  }

  void tell(const Request& read, Cycle done) {
    note(done);
    stats_.read_latency.add(done - read.accepted);
  }

  /// The data are there for the read and for those that wait for the same burst.
  void answer(const Request& read, Cycle done) {
    tell(read, done);
    for (size_t i = 0; i < sharers_.size();) {
      if (sharers_[i].burst == read.burst) {
        tell(sharers_[i], done);
        sharers_.erase(sharers_.begin() + i);
      } else {
        ++i;
      }
    }
  }

  void command(Cycle now) {
    Command first = Command::precharge;
    if (!refresher_.pending() || !refresh(now)) {
      const auto [bank, choice] = pick(now);
      if (bank == banks_.size()) return;
      issue(bank, choice, now);
      first = choice.command;
    }
    if (!p_.controller.dual_command) return;
    const auto [bank, choice] = pick(now);
    if (bank == banks_.size()) return;
    last_served_ = bank;
    if (is_column(choice.command) != is_column(first)) issue(bank, choice, now);
  }

  static bool is_column(Command command) { return command == Command::read || command == Command::write; }

  bool refresh(Cycle now) {
    const Refresher::Refresh due = refresher_.front();
    bool ready = true;
    for (uint32_t b = due.first_bank; b < due.first_bank + due.banks; ++b) {
      const bool open = banks_[b].row >= 0;
      if (timing_.earliest(open ? Command::precharge : Command::refresh, b) > now) {
        ready = false;
      } else if (open) {
        timing_.issue(Command::precharge, b, now);
        close(b, false);
        return true;
      }
    }
    if (!ready) return false;
    for (uint32_t b = due.first_bank; b < due.first_bank + due.banks; ++b) {
      timing_.refresh(b, now, refresher_.trfc());
      banks_[b].for_another_row = false;
    }
    refreshing_until_ = now + refresher_.trfc();
    ++stats_.refreshes;
    refresher_.done();
    frozen_ = 0;
    return true;
  }

  std::pair<size_t, Choice> pick(Cycle now) const {
    for (size_t i = 1; i <= banks_.size(); ++i) {
      const size_t b = (last_served_ + i) % banks_.size();
      if ((frozen_ >> b & 1) != 0) continue;
      for (size_t entry = 0; entry < banks_[b].queue.size(); ++entry) {
        Command command = Command::activate;
        if (wanted(banks_[b], entry, command) && timing_.earliest(command, static_cast<uint32_t>(b)) <= now) {
          return {b, {command, entry}};
        }
      }
    }
    return {banks_.size(), {Command::activate, 0}};
  }

  /// The command the entry needs now, unless it has to wait for others of its bank.
  bool wanted(const Bank& bank, size_t entry, Command& command) const {
    const Request& request = bank.queue[entry];
    const auto hit = [&](const Request& r) { return r.row == bank.row; };
    if (bank.row < 0) {
      command = Command::activate;
      return entry == 0;
    }
    if (hit(request)) {
      command = request.write ? Command::write : Command::read;
      const auto before = bank.queue.begin() + entry;
      return !request.write || std::none_of(bank.queue.begin(), before, [&](const Request& r) {
        return !r.write && r.burst == request.burst;
      });
    }
    command = Command::precharge;
    const bool hits_wait = std::any_of(bank.queue.begin(), bank.queue.end(), hit);
    return entry == 0 && (!hits_wait || bank.served >= p_.controller.row_hit_cap);
  }

  void close(size_t b, bool for_another_row) {
    banks_[b].row = -1;
    banks_[b].served = 0;
    banks_[b].for_another_row = for_another_row;
    ++stats_.precharges;
  }

  void issue(size_t b, const Choice& choice, Cycle now) {
    Bank& bank = banks_[b];
    last_served_ = b;
    timing_.issue(choice.command, static_cast<uint32_t>(b), now);
    if (choice.command == Command::precharge) return close(b, true);
    if (choice.command == Command::activate) {
      bank.row = bank.queue[0].row;
      bank.served = 0;
      ++stats_.activates;
      ++stats_.banks[b].activates;
      return;
    }
    BankCounts& counts = stats_.banks[b];
    ++(bank.served++ != 0 ? counts.hits : bank.for_another_row ? counts.conflicts : counts.misses);
    const Request served = bank.queue[choice.entry];
    bank.queue.erase(bank.queue.begin() + choice.entry);
    const Cycle begin = now + (served.write ? p_.timing.cwl : p_.timing.cl);
    const Cycle end = begin + p_.geometry.burst_cycles;
    bus_.burst(begin, end, stats_.bus);
    stats_.last_data = end;
    stats_.turnarounds += stats_.reads + stats_.writes != 0 && last_was_write_ != served.write;
    last_was_write_ = served.write;
    ++(served.write ? stats_.writes : stats_.reads);
    if (!served.write) answer(served, end);
    const bool more = std::any_of(bank.queue.begin(), bank.queue.end(),
                                  [&](const Request& r) { return r.row == bank.row; });
    if (p_.controller.page_policy == PagePolicy::closed && !more) {
      timing_.auto_precharge(served.write, static_cast<uint32_t>(b), now);
      close(b, false);
    }
  }

  void move(Cycle now) {
    if (draining_ == 0) {
      const uint64_t queued = writes_.size();
      const bool nothing_else = queued != 0 && reads_.empty() &&
                                (flushing_ ? last_push_ : last_push_ + p_.controller.idle_drain) <= now;
      const bool at_leisure = banks_empty() && (queued > p_.controller.write_low || nothing_else);
      if (queued >= p_.controller.write_queue || at_leisure) draining_ = queued;
    }
    const auto first_with_room = [&](const std::vector<Request>& queue) {
      return std::find_if(queue.begin(), queue.end(), [&](const Request& r) {
        return banks_[r.bank].queue.size() < p_.controller.bank_queue;
      });
    };
    if (draining_ != 0) {
      const auto write = first_with_room(writes_);
      if (write == writes_.end()) return;
      if (!find(write->burst, false)) {
        --draining_;
        banks_[write->bank].queue.push_back(*write);
        writes_.erase(write);
        return;
      }
      draining_ = 0;
    }
    const auto read = first_with_room(reads_);
    if (read == reads_.end()) return;
    banks_[read->bank].queue.push_back(*read);
    reads_.erase(read);
  }

  BankedParams p_;
  BankTiming timing_;
  Refresher refresher_;
  std::vector<Bank> banks_;
  std::vector<Request> reads_, writes_, sharers_;
  uint64_t frozen_ = 0, draining_ = 0;
  size_t last_served_ = 0;
  std::multiset<Cycle> answers_;
  Cycle last_answer_ = 0, last_push_ = 0, refreshing_until_ = 0;
  bool flushing_ = false, last_was_write_ = false;
  BusAccount bus_;
  ChannelStats stats_;
};

}  // namespace

TraceResult play_trace_plainly(const BankedParams& params, const std::vector<TraceRequest>& trace,
                               uint64_t max_outstanding) {
  const AddressMap map(params.address_map, params.geometry);
  std::vector<PlainChannel> channels(params.geometry.channels, PlainChannel(params));
  const auto any_busy = [&] {
    return std::any_of(channels.begin(), channels.end(), [](const PlainChannel& c) { return c.busy(); });
  };
  for (PlainChannel& channel : channels) channel.step(0);
  TraceResult result;
  size_t sent = 0, answered = 0;
  for (Cycle now = 1; sent < trace.size() || any_busy() || now < result.cycles; ++now) {
    for (PlainChannel& channel : channels) answered += channel.answered(now);
    for (uint32_t slot = 0; slot < channels.size() && sent < trace.size() && trace[sent].cycle < now;
         ++slot) {
      if (max_outstanding != 0 && sent - answered >= max_outstanding) break;
      const uint64_t burst = trace[sent].address / params.geometry.burst_bytes();
      const DramPlace place = map.place(burst);
      if (!channels[place.channel].can_accept(trace[sent].write)) break;
      channels[place.channel].accept({burst, place.bank, place.row, trace[sent].write, now}, now);
      ++sent;
    }
    for (PlainChannel& channel : channels) {
      if (sent == trace.size()) channel.flush();
      channel.step(now);
      result.cycles = std::max(result.cycles, channel.end());
    }
  }
  for (PlainChannel& channel : channels) {
    result.channels.push_back(channel.finish(result.cycles));
    result.total.add(result.channels.back());
  }
  return result;
}

}  // namespace systole
