#pragma once
#include <cstdint>
#include <deque>

namespace systole {

/// The transfers of one engine that are under way: bursts may come back in any order, transfers finish in
/// order.
class InFlightMoves {
 public:
  /// Opens the next transfer and returns its number.
  uint64_t begin() {
    moves_.push_back({});
    return first_ + moves_.size() - 1;
  }
  void add_bytes(uint64_t number, uint64_t bytes) { moves_[number - first_].pending_bytes += bytes; }
  void finish_bytes(uint64_t number, uint64_t bytes) { moves_[number - first_].pending_bytes -= bytes; }
  /// Nothing more will be added to the transfer.
  void close(uint64_t number) { moves_[number - first_].closed = true; }

  /// Takes the oldest transfer off if it is complete.
  bool retire() {
    if (moves_.empty() || !moves_.front().closed || moves_.front().pending_bytes != 0) return false;
    moves_.pop_front();
    ++first_;
    return true;
  }
  bool empty() const { return moves_.empty(); }
  void reset() { *this = {}; }

 private:
  struct State {
    uint64_t pending_bytes = 0;
    bool closed = false;
  };
  std::deque<State> moves_;
  uint64_t first_ = 0;
};

}  // namespace systole
