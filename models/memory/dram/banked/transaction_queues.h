#pragma once
#include <array>
#include <vector>

#include "models/memory/dram/banked/bank_queue.h"

namespace systole {

/// Counts queued bursts by a hash of their address: zero means surely absent, so that most searches end here.
class BurstFilter {
 public:
  struct Counts {
    uint16_t reads = 0, writes = 0;
  };
  Counts& of(uint64_t burst) { return counts_[slot(burst)]; }
  const Counts& of(uint64_t burst) const { return counts_[slot(burst)]; }
  void reset() { counts_ = {}; }

 private:
  static size_t slot(uint64_t burst) { return (burst * 0x9E3779B97F4A7C15) >> 54; }
  std::array<Counts, 1024> counts_{};
};

/// Transactions in order of age, with the oldest of each bank at hand.
class TransactionQueue {
 public:
  TransactionQueue(uint32_t capacity, uint32_t banks) : nodes_(capacity), lines_(banks) { reset(); }
  void reset();

  uint64_t size() const { return size_; }
  bool full() const { return free_ == kNone; }
  uint64_t room() const { return nodes_.size() - size_; }
  /// Banks that something waits for, a bit each.
  uint64_t waiting() const { return waiting_; }
  /// A place for the transaction that now comes last at the bank; the caller fills it.
  DramTransaction& push(uint32_t bank, Cycle now) {
    const uint32_t node = free_;
    Node& fresh = nodes_[node];
    free_ = fresh.next;
    fresh.age = pushed_++;
    fresh.next = kNone;
    Line& line = lines_[bank];
    (line.tail == kNone ? line.head : nodes_[line.tail].next) = node;
    line.tail = node;
    waiting_ |= uint64_t{1} << bank;
    ++size_;
    waited_ -= now;
    return fresh.transaction;
  }
  /// One comes and goes at once.
  void pass() { ++pushed_; }
  /// The bank of the oldest transaction among those for the banks of `mask`, all of which must have one.
  uint32_t oldest(uint64_t mask) const {
    auto bank = static_cast<uint32_t>(__builtin_ctzll(mask));
    for (mask &= mask - 1; mask != 0; mask &= mask - 1) {
      const auto other = static_cast<uint32_t>(__builtin_ctzll(mask));
      if (nodes_[lines_[other].head].age < nodes_[lines_[bank].head].age) bank = other;
    }
    return bank;
  }
  const DramTransaction& front(uint32_t bank) const { return nodes_[lines_[bank].head].transaction; }
  void pop(uint32_t bank, Cycle now) {
    Line& line = lines_[bank];
    const uint32_t node = line.head;
    line.head = nodes_[node].next;
    if (line.head == kNone) {
      line.tail = kNone;
      waiting_ &= ~(uint64_t{1} << bank);
    }
    nodes_[node].next = free_;
    free_ = node;
    --size_;
    waited_ += now;
  }
  /// The queued transaction of the burst at the bank; nullptr when there is none.
  DramTransaction* find(uint64_t burst, uint32_t bank);
  /// True when one waits that was pushed before the `count`-th.
  bool any_before(uint64_t count) const {
    return waiting_ != 0 && nodes_[lines_[oldest(waiting_)].head].age < count;
  }
  uint64_t pushed() const { return pushed_; }
  /// Transactions times cycles waited, up to cycle `end`.
  uint64_t waited(Cycle end) const { return waited_ + size_ * end; }

 private:
  static constexpr uint32_t kNone = ~uint32_t{0};
  struct Node {
    DramTransaction transaction;
    uint64_t age = 0;
    uint32_t next = kNone;
  };
  struct Line {
    uint32_t head = kNone, tail = kNone;
  };
  std::vector<Node> nodes_;
  std::vector<Line> lines_;  ///< of each bank, oldest first
  uint64_t waiting_ = 0, size_ = 0, pushed_ = 0;
  uint64_t waited_ = 0;  ///< departures less arrivals, modulo 2^64
  uint32_t free_ = kNone;
};

/// The transactions of a channel that wait for a place at their bank, and when writes have their turn: reads
/// first, writes in batches; before a batch go the reads that have waited through kMostBatches of them.
class TransactionQueues {
 public:
  static constexpr uint32_t kMostBatches = 3;

  TransactionQueues(const DramController& params, uint32_t banks);
  void reset();

  bool can_accept(bool write) const { return !(write ? writes_ : reads_).full(); }
  uint64_t room(bool write) const { return (write ? writes_ : reads_).room(); }
  DramTransaction& push(uint32_t bank, bool write, Cycle now) {
    last_push_ = now;
    flushing_ = false;
    return (write ? writes_ : reads_).push(bank, now);
  }
  /// A read that comes now would be the only one with a place among the banks of `room`, and no write waits.
  bool would_pass_read(uint64_t room) const { return ((reads_.waiting() & room) | writes_.waiting()) == 0; }
  /// A read goes to its bank in the cycle it comes in.
  void pass(Cycle now) {
    last_push_ = now;
    flushing_ = false;
    reads_.pass();
  }
  /// Banks that transactions of a kind wait for, a bit each.
  uint64_t waiting(bool write) const { return (write ? writes_ : reads_).waiting(); }
  bool empty() const { return (reads_.waiting() | writes_.waiting()) == 0; }
  const TransactionQueue& reads() const { return reads_; }
  const TransactionQueue& writes() const { return writes_; }
  bool draining() const { return draining_ != 0; }
  void flush() { flushing_ = true; }
  DramTransaction* find(uint64_t burst, uint32_t bank, bool write) {
    return (write ? writes_ : reads_).find(burst, bank);
  }

  /// Decides whose turn it is; `banks_empty`: no commands are queued.
  void take_turns(bool banks_empty, Cycle now) {
    const uint64_t queued = writes_.size();
    if (queued == 0 || draining()) return;
    const bool at_leisure = banks_empty && (queued > params_.write_low || idle_drain_at() <= now);
    if ((queued >= params_.write_queue || at_leisure) && !reads_owed()) draining_ = batch_ = queued;
  }
  /// True when something whose turn is next has a place among the banks of `room`, some bank being occupied.
  bool movable(uint64_t room) const {
    const bool writes = draining() || (writes_.full() && !reads_owed());
    return ((writes ? writes_ : reads_).waiting() & room) != 0;
  }
  /// Hands the oldest transaction whose bank has room to `send`. A write that `held_back` holds ends the
  /// batch, and reads have their turn. False when nothing moved.
  template <class HeldBack, class Send>
  bool move_one(uint64_t room, Cycle now, const HeldBack& held_back, const Send& send);
  /// The cycle in which writes get their turn because nothing else came; kNever when that is not what is
  /// waited for.
  Cycle idle_drain_at() const;

 private:
  /// A batch counts only if a write of it moved: otherwise no read has waited for it.
  void end_batch() {
    const bool moved = draining_ != batch_;
    draining_ = 0;
    if (!moved) return;
    ends_[batches_++ % kMostBatches] = reads_.pushed();
  }
  /// Reads wait that have waited through kMostBatches.
  bool reads_owed() const { return reads_.any_before(ends_[batches_ % kMostBatches]); }

  DramController params_;
  TransactionQueue reads_, writes_;
  uint64_t batch_ = 0, draining_ = 0;          ///< writes of the batch, and those left of it
  uint64_t batches_ = 0;                       ///< that have ended
  std::array<uint64_t, kMostBatches> ends_{};  ///< reads that had come when each of the last ones did
  Cycle last_push_ = 0;
  bool flushing_ = false;
};

template <class HeldBack, class Send>
bool TransactionQueues::move_one(uint64_t room, Cycle now, const HeldBack& held_back, const Send& send) {
  if (draining()) {
    const uint64_t banks = writes_.waiting() & room;
    if (banks == 0) return false;
    const uint32_t bank = writes_.oldest(banks);
    if (!held_back(writes_.front(bank))) {
      send(writes_.front(bank));
      writes_.pop(bank, now);
      if (--draining_ == 0) end_batch();
      return true;
    }
    end_batch();
  }
  const uint64_t banks = reads_.waiting() & room;
  if (banks == 0) return false;
  const uint32_t bank = reads_.oldest(banks);
  send(reads_.front(bank));
  reads_.pop(bank, now);
  return true;
}

}  // namespace systole
