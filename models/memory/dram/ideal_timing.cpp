#include "models/memory/dram/unbanked_timing.h"

namespace systole {
namespace {

/// No latency and no limit of bandwidth; bytes and bursts are counted all the same.
class IdealTiming final : public UnbankedTiming {
 public:
  using UnbankedTiming::UnbankedTiming;

 protected:
  uint64_t finish_fs(uint64_t accepted_fs, uint64_t) override { return accepted_fs; }
};

}  // namespace

std::unique_ptr<DramTiming> make_ideal_timing(const DramParams& params) {
  return std::make_unique<IdealTiming>(params);
}

}  // namespace systole
