#pragma once
#include <algorithm>
#include <vector>

#include "models/memory/dram/banked/bank_timing.h"

namespace systole {

/// A burst's transaction on its way through a channel.
struct DramTransaction {
  uint64_t burst = 0;  ///< address in bursts
  Cycle accepted = 0;
  uint32_t row = 0, id = 0;
  uint8_t bank = 0;
  bool write = false;
  bool shared = false;  ///< other reads wait for the same burst
  uint32_t order = 0;   ///< how many came to the banks of the channel before it, modulo 2^32
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

  /// No row is open and nothing is queued; sets aside more than is queued at most, so that what is through is
  /// dropped only now and then.
  void reset(uint32_t capacity) {
    *this = {};
    entries_.resize(room_ = 4 * capacity);
  }

  bool empty() const { return size_ == 0; }
  uint32_t size() const { return size_; }
  bool open() const { return row_ != kClosed; }
  bool first_access() const { return hits_served_ == 0; }
  /// By age, the oldest first.
  const DramTransaction& entry(uint32_t i) const { return entries_[head_ + i]; }
  /// The oldest queued one of its burst and kind; nullptr when there is none.
  DramTransaction* find(uint64_t burst, bool write);

  /// True when it changes what command the bank wants.
  bool push(const DramTransaction& transaction, uint32_t order, uint32_t hit_cap) {
    if (head_ + size_ == room_) compact();
    DramTransaction& last = entries_[head_ + size_++];
    last = transaction;
    last.order = order;
    writes_ += transaction.write;
    if ((transaction.write ? first_write_ : first_read_) != kNone) return false;
    if (row_ == kClosed) return size() == 1;
    if (transaction.row != row_ && size() != 1) return false;
    const bool hit_before = any_hit_;
    const bool first = note(size() - 1);
    weigh_precharge(hit_cap);
    return first || any_hit_ != hit_before || size() == 1;
  }
  /// The column command for entry `i` has been issued. True when the bank may want another command now.
  bool remove(uint32_t i, uint32_t hit_cap) {
    const bool write = entry(i).write;
    writes_ -= write;
    ++hits_served_;
    --size_;
    if (i == 0) {
      ++head_;
      const bool of_same_kind = write ? only_writes() && writes_ == size() : only_reads() && writes_ == 0;
      if (of_same_kind && !empty() && entry(0).row == row_) return false;
    } else {
      const auto gone = entries_.begin() + head_ + i;
      std::copy(gone + 1, gone + (size_ - i + 1), gone);
    }
    look_again(hit_cap);
    return true;
  }
  void activate(uint32_t row, uint32_t hit_cap) {
    row_ = row;
    hits_served_ = 0;
    look_again(hit_cap);
  }
  void close(uint32_t hit_cap) {
    row_ = kClosed;
    hits_served_ = 0;
    look_again(hit_cap);
  }
  /// What the oldest entry needs next, whatever younger ones want.
  DramCommand head_command() const {
    if (row_ == kClosed) return DramCommand::activate;
    if (entry(0).row != row_) return DramCommand::precharge;
    return entry(0).write ? DramCommand::write : DramCommand::read;
  }
  /// The only command it wants is a read, or a write.
  bool only_reads() const { return first_read_ != kNone && first_write_ == kNone && !wants_precharge_; }
  bool only_writes() const { return first_write_ != kNone && first_read_ == kNone && !wants_precharge_; }
  bool wants_open_row() const { return first_read_ != kNone || first_write_ != kNone; }

  /// The oldest entry's command that is legal by `now`, which one must be.
  Choice choose(const BankTiming& timing, uint32_t bank, Cycle now) const {
    if (only_reads()) return {now, DramCommand::read, first_read_};
    if (only_writes()) return {now, DramCommand::write, first_write_};
    return weigh_up(timing, bank, now);
  }
  /// The first cycle in which some command is legal. The queue must not be empty.
  Cycle ready(const BankTiming& timing, uint32_t bank) const {
    if (row_ == kClosed) return timing.earliest(DramCommand::activate, bank);
    Cycle first = kNever;
    if (first_read_ != kNone) first = timing.earliest(DramCommand::read, bank);
    if (first_write_ != kNone) first = std::min(first, timing.earliest(DramCommand::write, bank));
    if (wants_precharge_) first = std::min(first, timing.earliest(DramCommand::precharge, bank));
    return first;
  }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  void look_again(uint32_t hit_cap) {
    first_read_ = first_write_ = kNone;
    any_hit_ = wants_precharge_ = false;
    if (row_ == kClosed || empty()) return;
    if (entry(0).row == row_ && of_one_kind()) {
      (writes_ == 0 ? first_read_ : first_write_) = 0;
      any_hit_ = true;
    } else {
      search(hit_cap);
    }
  }
  bool of_one_kind() const { return writes_ == 0 || writes_ == size(); }
  void search(uint32_t hit_cap);
  Choice weigh_up(const BankTiming& timing, uint32_t bank, Cycle now) const;
  /// Entry `i` may be the oldest hit of its kind; true when it is.
  bool note(uint32_t i) {
    const DramTransaction& noted = entry(i);
    if (noted.row != row_) return false;
    any_hit_ = true;
    uint32_t& first = noted.write ? first_write_ : first_read_;
    if (first != kNone || (noted.write && older_read_of(noted.burst, i))) return false;
    first = i;
    return true;
  }
  void weigh_precharge(uint32_t hit_cap) {
    wants_precharge_ = entry(0).row != row_ && (!any_hit_ || hits_served_ >= hit_cap);
  }
  void compact() {
    std::copy_n(entries_.begin() + head_, size_, entries_.begin());
    head_ = 0;
  }
  bool older_read_of(uint64_t burst, uint32_t before) const;

  std::vector<DramTransaction> entries_;  ///< `size_` of them, oldest first, behind `head_` that are through
  uint32_t head_ = 0, size_ = 0, room_ = 0;
  int64_t row_ = kClosed;
  uint32_t writes_ = 0;       ///< among the entries
  uint32_t hits_served_ = 0;  ///< column commands since the row was opened
  uint32_t first_read_ = kNone,
           first_write_ = kNone;  ///< oldest entry for the open row that nothing holds back
  bool any_hit_ = false, wants_precharge_ = false;
};

}  // namespace systole
