#pragma once
#include <deque>

#include "models/memory/dram/banked/bank_timing.h"

namespace systole {

/// When refreshes fall due and which banks each one takes. `per_rank`: ranks in turn, the first at
/// tREFI/ranks; `per_bank`: single banks in turn, the ranks staggered alike.
class Refresher {
 public:
  struct Refresh {
    uint32_t first_bank = 0, banks = 0;
    uint64_t mask() const { return (banks == 64 ? ~uint64_t{0} : (uint64_t{1} << banks) - 1) << first_bank; }
  };

  Refresher(const DramGeometry& geometry, const DramTimings& timing, DramRefresh policy);
  void reset();
  /// Notes what has fallen due by `now`.
  void advance(Cycle now) {
    while (next_due_ <= now) fall_due();
  }
  Cycle next_due() const { return next_due_; }
  bool pending() const { return !pending_.empty(); }
  const Refresh& front() const { return pending_.front(); }
  void done() { pending_.pop_front(); }
  uint32_t trfc() const { return trfc_; }

 private:
  void fall_due();

  DramGeometry geometry_;
  DramRefresh policy_;
  Cycle interval_, next_due_ = kNever;
  uint32_t trfc_, turn_ = 0;
  std::deque<Refresh> pending_;
};

}  // namespace systole
