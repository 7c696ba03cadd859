#pragma once
#include <algorithm>
#include <array>

#include "models/isa.h"

namespace systole {

/// Walks the contiguous runs of a strided box, both sides in step, outermost dimension slowest. A run can be
/// taken in pieces.
class BoxWalker {
 public:
  BoxWalker() = default;
  explicit BoxWalker(const Move& move) : size_(move.size), from_(move.from), to_(move.to) {
    from_address_ = from_.base;
    to_address_ = to_.base;
    left_in_run_ = size_[kBoxRank - 1];
    done_ = move.bytes() == 0;
  }

  bool done() const { return done_; }
  uint64_t from_address() const { return from_address_; }
  uint64_t to_address() const { return to_address_; }
  uint32_t left_in_run() const { return left_in_run_; }

  /// Moves on by `bytes`, at most what is left in the run.
  void advance(uint32_t bytes) {
    from_address_ += bytes;
    to_address_ += bytes;
    left_in_run_ -= bytes;
    if (left_in_run_ == 0) next_run();
  }

 private:
  void next_run() {
    const uint32_t run = size_[kBoxRank - 1];
    from_address_ -= run;
    to_address_ -= run;
    left_in_run_ = run;
    for (int d = kBoxRank - 2; d >= 0; --d) {
      from_address_ += static_cast<uint64_t>(from_.stride[d]);
      to_address_ += static_cast<uint64_t>(to_.stride[d]);
      if (++index_[d] < size_[d]) return;
      from_address_ -= static_cast<uint64_t>(from_.stride[d]) * size_[d];
      to_address_ -= static_cast<uint64_t>(to_.stride[d]) * size_[d];
      index_[d] = 0;
    }
    done_ = true;
  }

  std::array<uint32_t, kBoxRank> size_{};
  BoxSide from_, to_;
  std::array<uint32_t, kBoxRank - 1> index_{};
  uint64_t from_address_ = 0, to_address_ = 0;
  uint32_t left_in_run_ = 0;
  bool done_ = true;
};

}  // namespace systole
