#pragma once
#include <optional>
#include <set>
#include <vector>

#include "models/memory/dram/banked/channel_stats.h"
#include "plain_dram_rules.h"

namespace systole {

struct PlainRequest {
  uint64_t burst = 0;
  uint32_t bank = 0, row = 0;
  bool write = false;
  Cycle accepted = 0;
  uint32_t batches = 0;  ///< of writes that ended while it waited for its bank
  uint64_t came = 0;     ///< how many came to the banks before it
  uint64_t passed = 0;   ///< how many that came later were served
};

struct PlainBank {
  std::vector<PlainRequest> queue;
  int64_t row = -1;
  uint32_t served = 0;
  bool for_another_row = false;
};

struct PlainChoice {
  size_t bank;
  PlainCommand command;
  size_t entry;
};

/// A channel's controller that is stepped in every cycle, looks at everything each time and remembers nothing
/// it could look up.
class PlainChannel {
 public:
  explicit PlainChannel(const BankedParams& params)
      : p_(params),
        rules_(params.geometry, params.timing, params.controller.refresh),
        banks_(params.geometry.ranks * params.geometry.bank_groups * params.geometry.banks) {
    stats_.banks.resize(banks_.size());
  }

  bool can_accept(bool write) const;
  void accept(const PlainRequest& request, Cycle now);
  /// No more requests will come.
  void flush() { flushing_ = true; }
  bool busy() const { return !reads_.empty() || !writes_.empty() || !banks_empty(); }
  void step(Cycle now);
  const ChannelStats& finish(Cycle end);
  /// The last data and the last answer so far.
  Cycle end() const { return std::max<Cycle>(stats_.last_data, last_answer_); }
  /// Answers that lie before `now`, each told of once.
  size_t answered(Cycle now);

 private:
  PlainRefresh next_refresh() const;
  bool is_frozen(size_t bank) const { return bank >= frozen_first_ && bank < frozen_first_ + frozen_; }

  bool banks_empty() const;
  bool find(uint64_t burst, bool write) const;
  void note(Cycle done);
  void tell(const PlainRequest& read, Cycle done);

  /// The data are there for the read and for those that wait for the same burst.
  void answer(const PlainRequest& read, Cycle done);
  void command(Cycle now);
  bool refresh(Cycle now);

  /// What the bank's oldest needs next.
  PlainChoice for_oldest(size_t bank) const;

  /// More have passed the bank's oldest than may, those deducted that it has to wait for.
  bool overdue(size_t bank) const;
  std::optional<PlainChoice> pick(Cycle now) const;
  /// None that delays `first`.
  std::optional<PlainChoice> pick_in_turn(Cycle now, const std::optional<PlainChoice>& first) const;
  bool delays(const PlainChoice& choice, const PlainChoice& first, Cycle now) const;

  /// The command the entry needs now, unless it has to wait for others of its bank.
  std::optional<PlainCommand> wanted(const PlainBank& bank, size_t entry) const;
  void close(size_t b, bool for_another_row);
  void issue(const PlainChoice& choice, Cycle now);
  void column(size_t b, size_t entry, Cycle now);
  void data(Cycle begin);

  /// Blames a gap on what held the command back, by the cycles since the one before.
  void name_gap(Cycle gap);
  void count(Cycle now);
  void begin_batch(Cycle now);
  void end_batch();
  void move(Cycle now);
  std::vector<PlainRequest>::iterator first_with_room(std::vector<PlainRequest>& queue);
  void send(std::vector<PlainRequest>& queue, std::vector<PlainRequest>::iterator request);

  BankedParams p_;
  PlainRules rules_;
  std::vector<PlainBank> banks_;
  std::vector<PlainRequest> reads_, writes_, sharers_;
  uint32_t frozen_first_ = 0, frozen_ = 0;  ///< banks that get no command in this cycle
  bool refresh_pending_ = false;
  uint64_t batch_ = 0, left_ = 0;  ///< writes of the batch, and those left of it
  uint64_t came_ = 0;
  size_t last_served_ = 0;
  std::multiset<Cycle> answers_;
  Cycle last_answer_ = 0, last_push_ = 0, refreshing_until_ = 0, data_end_ = 0;
  Cycle unrequested_ = 0, refreshing_ = 0;  ///< cycles since the last column command
  bool flushing_ = false, last_was_write_ = false;
  ChannelStats stats_;
};

}  // namespace systole
