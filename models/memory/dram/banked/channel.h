#pragma once
#include <vector>

#include "models/kernel/flat_list.h"
#include "models/memory/dram/banked/address_map.h"
#include "models/memory/dram/banked/bank_queue.h"
#include "models/memory/dram/banked/bus_account.h"
#include "models/memory/dram/banked/channel_stats.h"
#include "models/memory/dram/banked/refresher.h"
#include "models/memory/dram/banked/transaction_queues.h"

namespace systole {

/// A burst that is through (a write: posted) in cycle `done`, which may lie ahead.
struct DramCompletion {
  uint32_t id = 0;
  Cycle done = 0;
  uint64_t order = 0;  ///< among those of one cycle: here, when that was decided
};

/// One channel's controller: queues, first-ready scheduling, refresh. Stepped in the cycles it asks for and
/// blind to all others, with the figures of one that is stepped in every cycle. Deterministic; knows no
/// SystemC and no bytes.
class DramChannel {
 public:
  explicit DramChannel(const BankedParams& params);
  void reset();

  bool can_accept(bool write) const { return queues_.can_accept(write); }
  /// How many more of a kind can be accepted.
  uint64_t room(bool write) const { return queues_.room(write); }
  /// True when a burst may be joined to a queued one or answered by it, and then takes no room.
  bool may_share(uint64_t burst) const {
    const BurstFilter::Counts& queued = queued_.of(burst);
    return (queued.reads | queued.writes) != 0;
  }
  /// Before this cycle there will not have been room for `count` more of a kind that there is no room for
  /// now; they go to `banks`, a bit each, and share no burst. A place comes free when what holds it moves on
  /// to its bank: one a cycle while such a bank has room, else one for each column command, whose data follow
  /// each other on the bus.
  Cycle earliest_room(bool write, uint64_t count, uint64_t banks) const {
    const Cycle first = next_event() + 1, more = count - 1;
    if (((queues_.waiting(write) | banks) & room_) != 0) return first + more;
    const uint64_t data = more * params_.geometry.burst_cycles;
    const uint32_t cl = params_.timing.cl, cwl = params_.timing.cwl;
    const uint64_t ahead = cl > cwl ? cl - cwl : cwl - cl;  // by which one kind's data come after another's
    return first + std::max(more, data - std::min(data, ahead));
  }
  /// Takes in a burst, by its address in bursts, in cycle `now`, before step(now); its completion bears `id`.
  /// Cycles must not go back. run_until(now - 1) must have been called. `only`: no other comes in this cycle.
  void accept(uint64_t burst, const DramPlace& place, uint32_t id, bool write, Cycle now, bool only);
  /// Does all that happens up to and including cycle `now`, refreshes of an idle memory too.
  void run_until(Cycle now) {
    while (next_ <= now) step(next_);
  }
  /// The same as long as there is work: what is done beyond a machine's last cycle would be counted.
  void work_until(Cycle now) {
    while (event_ <= now) step(event_);
  }
  /// The next cycle in which something can happen for a request; kNever when there is none.
  Cycle next_event() const { return event_; }
  /// Anything queued, posted writes included.
  bool busy() const { return occupied_ != 0 || !queues_.empty(); }
  /// No more requests will come: queued writes go out at once.
  void flush(Cycle now);

  /// Filled by accept() and run_until(); the caller takes them away.
  FlatList<DramCompletion>& completions() { return completions_; }
  /// Closes the books at cycle `end`, which must not lie before the last step.
  const ChannelStats& finish(Cycle end);
  const ChannelStats& stats() const { return stats_; }

 private:
  static constexpr uint32_t kUnknown = ~uint32_t{0};
  struct Pick {
    bool found = false;
    uint32_t bank = 0;
    BankQueue::Choice choice;
  };

  void step(Cycle now);
  /// There is work, and something to do for it in cycle `now`; kNever: no earlier than known.
  void stir(Cycle now) {
    next_ = std::min(next_, now);
    event_ = next_;
  }
  /// Notes refreshes that have fallen due, and what is held for the first that is pending.
  [[gnu::noinline]] void hold_banks(Cycle now);
  [[gnu::noinline]] bool advance_refresh(Cycle now);
  /// The bank that is most overdue, else the first one in turn with a legal command.
  Pick pick(Cycle now);
  [[gnu::noinline]] Pick pick_overdue(Cycle now);
  /// None that delays `owed`, the command an overdue bank waits for; nullptr: no bank is overdue.
  [[gnu::noinline]] Pick pick_in_turn(Cycle now, const Pick* owed);
  [[gnu::noinline]] bool delays(const Pick& pick, const Pick& owed, Cycle now);
  /// Column commands since the bank's oldest entry came to it, less those that had come before it: at least
  /// so many have overtaken it.
  int32_t overtakers(uint32_t bank) const {
    return static_cast<int32_t>(columns_ - banks_[bank].entry(0).order);
  }
  /// Of the overdue banks that only the other banks' commands may still hold back, the one that came first.
  [[gnu::noinline]] uint32_t most_overdue(Cycle now) const;
  /// Notes the banks that are overdue, and when to look again.
  [[gnu::noinline]] void find_overdue();
  /// The bank's oldest entry is through.
  void head_is_through(uint32_t bank) {
    const uint64_t bit = uint64_t{1} << bank;
    if ((overdue_ & bit) == 0) return;
    overdue_ &= ~bit;
    next_overdue_ = columns_;
  }
  void issue(const Pick& pick, Cycle now);
  /// A precharge or an activate: rare beside the columns, and out of their way.
  void move_row(const Pick& pick, Cycle now);
  void column(const Pick& pick, Cycle now);
  /// For a column command; returns the end of its data.
  Cycle take_bus(bool write, Cycle now);
  void count_access(uint32_t bank, bool first);
  [[gnu::noinline]] bool move_transaction(Cycle now);
  void move_to_bank(const DramTransaction& transaction);
  /// What a step in cycle `now` would do is to hand a read that comes now on to its bank, and nothing else.
  bool passes_queue(uint32_t bank, bool write, Cycle now) const {
    return !write && next_ > now && (room_ >> bank & 1) != 0 && queues_.would_pass_read(room_);
  }
  void pass_to_bank(const DramTransaction& read, Cycle now);
  /// Where the burst is queued; nullptr when it is not.
  DramTransaction* find(uint64_t burst, uint32_t bank, bool write);
  [[gnu::noinline]] void sharers_are_through(uint64_t burst, Cycle done, Cycle now);
  void issue_commands(Cycle now);
  /// A second one in the same cycle, where `issued` leaves room for it.
  [[gnu::noinline]] void issue_second(DramCommand issued, Cycle now);
  /// None of the banks has a legal command before; as far as is known without looking at each.
  Cycle floor_of(uint64_t banks) const {
    if ((banks & ~(reading_ | writing_)) != 0) return 0;
    Cycle first = (banks & reading_) != 0 ? timing_.floor(DramCommand::read) : kNever;
    if ((banks & writing_) != 0) first = std::min(first, timing_.floor(DramCommand::write));
    return first;
  }
  /// Finds out anew when the banks have a legal command.
  void look_ahead(Cycle now);
  /// A command has been issued.
  void disturb() {
    stale_ = true;
    next_bank_ = kUnknown;
  }
  /// What the bank wants has changed.
  void settle(uint32_t bank) {
    const uint64_t bit = uint64_t{1} << bank;
    ready_[bank] = 0;
    reading_ = banks_[bank].only_reads() ? reading_ | bit : reading_ & ~bit;
    writing_ = banks_[bank].only_writes() ? writing_ | bit : writing_ & ~bit;
  }
  Cycle next_after(Cycle now) const;
  [[gnu::noinline]] Cycle next_refresh_step() const;
  void close_bank(uint32_t bank, Cycle now);
  void note_state(Cycle now) {
    const bool requested = (occupied_ | queues_.waiting(false)) != 0 || queues_.draining();
    bus_.change(now, requested, held_ != 0 ? kNever : refreshing_until_);
  }
  /// True when what was just accepted gives the next step something to do at once.
  bool stirs(uint32_t bank, bool write) const;

  BankedParams params_;
  BankTiming timing_, trial_;
  Refresher refresher_;
  TransactionQueues queues_;
  static constexpr std::size_t kMostBanks = 64;
  std::array<BankQueue, kMostBanks> banks_;
  uint64_t after_precharge_ = 0;      ///< banks that were closed for another row's sake, a bit each
  uint64_t occupied_ = 0;             ///< banks with queued commands, a bit each
  uint64_t room_ = 0;                 ///< banks that take another command
  uint64_t held_ = 0;                 ///< banks held for the refresh that is pending
  uint64_t frozen_ = 0;               ///< those that get no command in this cycle
  std::vector<uint32_t> open_banks_;  ///< of each rank
  uint64_t active_cycles_ = 0;        ///< of ranks: ends less beginnings, modulo 2^64
  uint32_t last_served_ = 0;
  std::array<Cycle, kMostBanks> ready_;  ///< of each occupied bank: it has no legal command before
  uint64_t reading_ = 0, writing_ = 0;   ///< banks that want a read, or a write, and nothing else
  Cycle banks_ready_ = kNever;           ///< no bank that is not frozen has one before
  bool stale_ = false;                   ///< a command has been issued since look_ahead()
  uint32_t next_bank_ = 0;  ///< whose turn it is in cycle banks_ready_; kUnknown: pick() must look
  BurstFilter queued_;      ///< here or at a bank
  std::vector<DramTransaction> sharers_;  ///< reads that wait for another read of their burst
  Cycle next_ = 0, counted_to_ = 0, refreshing_until_ = 0;
  Cycle event_ = kNever;  ///< next_ while busy
  bool last_was_write_ = false, any_column_ = false;
  int32_t most_overtakers_;    ///< a bank is overdue once so many have overtaken its oldest entry
  uint64_t overdue_ = 0;       ///< banks, a bit each
  uint32_t came_ = 0;          ///< entries that came to the banks, modulo 2^32 as all of these
  uint32_t columns_ = 0;       ///< column commands
  uint32_t next_overdue_ = 0;  ///< none becomes overdue before this many of them
  BusAccount bus_;
  FlatList<DramCompletion> completions_;
  ChannelStats stats_;
};

}  // namespace systole
