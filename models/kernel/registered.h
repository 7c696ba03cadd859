#pragma once
#include "models/kernel/time.h"

namespace systole {

/// A counter behind a register: what is added in cycle n is seen from n + 1 on, so the order in which modules
/// are stepped within a cycle never matters.
class RegisteredCounter {
 public:
  void add(Cycle now, uint64_t amount = 1) {
    if (stamp_ != now) {
      stamp_ = now;
      before_ = total_;
    }
    total_ += amount;
  }
  uint64_t seen(Cycle now) const { return stamp_ == now ? before_ : total_; }
  uint64_t total() const { return total_; }
  void reset() { *this = {}; }

 private:
  uint64_t total_ = 0, before_ = 0;
  Cycle stamp_ = kNever;
};

}  // namespace systole
