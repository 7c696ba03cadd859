#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace systole {

/// The transfers of one engine that are under way: bursts may come back in any order, transfers finish in
/// order.
class InFlightMoves {
 public:
  /// Opens the next transfer and returns its number.
  uint64_t begin() {
    if (end_ - first_ > mask_) grow();
    state(end_) = {};
    return end_++;
  }
  void add_bytes(uint64_t number, uint64_t bytes) { state(number).pending_bytes += bytes; }
  void finish_bytes(uint64_t number, uint64_t bytes) { state(number).pending_bytes -= bytes; }
  /// Nothing more will be added to the transfer.
  void close(uint64_t number) { state(number).closed = true; }

  /// Takes the oldest transfer off if it is complete.
  bool retire() {
    if (empty()) return false;
    const State& oldest = state(first_);
    if (!oldest.closed || oldest.pending_bytes != 0) return false;
    ++first_;
    return true;
  }
  bool empty() const { return first_ == end_; }
  void reset() { first_ = end_ = 0; }

 private:
  struct State {
    uint64_t pending_bytes = 0;
    bool closed = false;
  };
  State& state(uint64_t number) { return ring_[number & mask_]; }
  void grow() {
    std::vector<State> larger(2 * ring_.size());
    for (uint64_t number = first_; number != end_; ++number)
      larger[number & (larger.size() - 1)] = state(number);
    ring_.swap(larger);
    mask_ = ring_.size() - 1;
  }

  std::vector<State> ring_ = std::vector<State>(16);  ///< a power of two
  uint64_t mask_ = 15, first_ = 0, end_ = 0;
};

}  // namespace systole
