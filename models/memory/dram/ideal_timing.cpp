#include "models/memory/dram/timing.h"

namespace systole {
namespace {

/// No latency and no limit of bandwidth; bytes and bursts are counted all the same.
class IdealTiming final : public DramTiming {
 public:
  void reset() override {}
  uint64_t finish_fs(uint64_t accepted_fs, uint64_t) override { return accepted_fs; }
};

}  // namespace

std::unique_ptr<DramTiming> make_ideal_timing() { return std::make_unique<IdealTiming>(); }

}  // namespace systole
