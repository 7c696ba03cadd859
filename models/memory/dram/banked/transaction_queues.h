#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "models/memory/dram/banked/bank_queue.h"

namespace systole {

/// Counts bursts by a hash of their address: zero means surely absent, so that most searches end here.
class BurstFilter {
 public:
  void add(uint64_t burst) { ++counts_[slot(burst)]; }
  void remove(uint64_t burst) { --counts_[slot(burst)]; }
  bool may_hold(uint64_t burst) const { return counts_[slot(burst)] != 0; }
  void reset() { counts_ = {}; }

 private:
  static size_t slot(uint64_t burst) { return (burst * 0x9E3779B97F4A7C15) >> 54; }
  std::array<uint16_t, 1024> counts_{};
};

/// The transactions of a channel that wait for a place at their bank, and when writes have their turn: reads
/// first, writes in batches.
class TransactionQueues {
 public:
  explicit TransactionQueues(const DramController& params);
  void reset();

  bool can_accept(bool write) const {
    return write ? writes_.size() < params_.write_queue : reads_.size() < params_.read_queue;
  }
  void push(const DramTransaction& transaction, Cycle now);
  bool empty() const { return reads_.empty() && writes_.empty(); }
  uint64_t reads() const { return reads_.size(); }
  uint64_t writes() const { return writes_.size(); }
  bool draining() const { return draining_ != 0; }
  void flush() { flushing_ = true; }
  /// The queued transaction of the burst; nullptr when there is none.
  DramTransaction* find(uint64_t burst, bool write);

  /// Decides whose turn it is; `banks_empty`: no commands are queued.
  void take_turns(bool banks_empty, Cycle now);
  /// Hands the oldest transaction whose bank has room to `send`. A write that `held_back` holds ends the
  /// batch, and reads have their turn. False when nothing moved.
  template <class HasRoom, class HeldBack, class Send>
  bool move_one(const HasRoom& has_room, const HeldBack& held_back, const Send& send);
  /// The cycle in which writes get their turn because nothing else came; kNever when that is not what is
  /// waited for.
  Cycle idle_drain_at() const;

 private:
  DramController params_;
  std::vector<DramTransaction> reads_, writes_;  ///< oldest first
  uint64_t draining_ = 0;                        ///< writes left of the batch
  Cycle last_push_ = 0;
  bool flushing_ = false;
};

template <class HasRoom, class HeldBack, class Send>
bool TransactionQueues::move_one(const HasRoom& has_room, const HeldBack& held_back, const Send& send) {
  if (draining()) {
    const auto write =
        std::find_if(writes_.begin(), writes_.end(), [&](const auto& t) { return has_room(t.bank); });
    if (write == writes_.end()) return false;
    if (!held_back(*write)) {
      --draining_;
      send(*write);
      writes_.erase(write);
      return true;
    }
    draining_ = 0;
  }
  const auto read =
      std::find_if(reads_.begin(), reads_.end(), [&](const auto& t) { return has_room(t.bank); });
  if (read == reads_.end()) return false;
  send(*read);
  reads_.erase(read);
  return true;
}

}  // namespace systole
