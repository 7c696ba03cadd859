#pragma once
#include <vector>

#include "models/memory/dram/banked/bank_timing.h"

namespace systole {

/// A burst's transaction on its way through a channel.
struct DramTransaction {
  uint64_t burst = 0;  ///< address in bursts
  uint32_t bank = 0, row = 0;
  uint32_t id = 0;
  bool write = false;
  bool shared = false;  ///< other reads wait for the same burst
  Cycle accepted = 0;
};

/// The commands queued for one bank and the row it has open: which command may go next, by age.
class BankQueue {
 public:
  static constexpr int64_t kClosed = -1;
  struct Choice {
    Cycle from = kNever;  ///< legal from here on, as far as timing goes
    DramCommand command = DramCommand::activate;
    uint32_t entry = 0;
  };

  bool empty() const { return entries_.empty(); }
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  bool open() const { return row_ != kClosed; }
  bool first_access() const { return hits_served_ == 0; }
  const std::vector<DramTransaction>& entries() const { return entries_; }
  std::vector<DramTransaction>& entries() { return entries_; }

  void push(const DramTransaction& transaction, uint32_t hit_cap) {
    entries_.push_back(transaction);
    update(hit_cap);
  }
  DramTransaction take(uint32_t entry, uint32_t hit_cap);
  void activate(uint32_t row, uint32_t hit_cap);
  void close(uint32_t hit_cap);
  bool wants_open_row() const { return first_read_ != kNone || first_write_ != kNone; }

  /// The oldest entry's command that is legal by `now`; when there is none, the one that will be legal first.
  Choice choose(const BankTiming& timing, uint32_t bank, Cycle now) const;

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  void update(uint32_t hit_cap);
  bool older_read_of(uint64_t burst, uint32_t before) const;

  std::vector<DramTransaction> entries_;  ///< oldest first
  int64_t row_ = kClosed;
  uint32_t hits_served_ = 0;  ///< column commands since the row was opened
  uint32_t first_read_ = kNone,
           first_write_ = kNone;  ///< oldest entry for the open row that nothing holds back
  bool wants_precharge_ = false;
};

}  // namespace systole
