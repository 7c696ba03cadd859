#include "models/memory/dram/banked/refresher.h"

#include <algorithm>

namespace systole {

Refresher::Refresher(const DramGeometry& geometry, const DramTimings& timing, DramRefresh policy)
    : geometry_(geometry), policy_(policy) {
  const bool per_bank = policy == DramRefresh::per_bank;
  interval_ = std::max<Cycle>(1, (per_bank ? timing.trefi_pb.value() : timing.trefi) / geometry.ranks);
  trfc_ = per_bank ? timing.trfc_pb.value() : timing.trfc;
  reset();
}

void Refresher::reset() {
  pending_.clear();
  turn_ = 0;
  next_due_ = policy_ == DramRefresh::none ? kNever : interval_;
}

void Refresher::fall_due() {
  next_due_ += interval_;
  const uint32_t rank = turn_ % geometry_.ranks, per_rank = geometry_.banks_per_rank();
  if (policy_ == DramRefresh::per_rank) {
    pending_.push_back({rank * per_rank, per_rank});
  } else {
    pending_.push_back({rank * per_rank + turn_ / geometry_.ranks % per_rank, 1});
  }
  ++turn_;
}

}  // namespace systole
