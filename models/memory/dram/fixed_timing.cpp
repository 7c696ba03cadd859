#include <algorithm>
#include <cmath>

#include "models/kernel/time.h"
#include "models/memory/dram/unbanked_timing.h"

namespace systole {
namespace {

constexpr uint64_t kFsPerNs = 1'000'000;

/// A fixed latency, then one bus of a fixed rate shared by all bursts in order of acceptance. The bus's time
/// is kept in 1/bandwidth_num ns, in which every burst takes a whole number of ticks: nothing is rounded
/// away.
class FixedTiming final : public UnbankedTiming {
 public:
  explicit FixedTiming(const DramParams& params)
      : UnbankedTiming(params),
        latency_fs_(static_cast<uint64_t>(std::llround(params.latency_ns * kFsPerNs))),
        ticks_per_ns_(params.bandwidth_num),
        ticks_per_byte_(params.bandwidth_den) {}

  void reset() override {
    UnbankedTiming::reset();
    bus_free_ticks_ = 0;
  }

 protected:
  uint64_t finish_fs(uint64_t accepted_fs, uint64_t bytes) override {
    const Wide ready = quotient(Wide{accepted_fs + latency_fs_} * ticks_per_ns_, kFsPerNs);
    bus_free_ticks_ = std::max(bus_free_ticks_, ready) + Wide{bytes} * ticks_per_byte_;
    return static_cast<uint64_t>(quotient(bus_free_ticks_ * kFsPerNs + ticks_per_ns_ - 1, ticks_per_ns_));
  }

 private:
  uint64_t latency_fs_, ticks_per_ns_, ticks_per_byte_;
  Wide bus_free_ticks_ = 0;
};

}  // namespace

std::unique_ptr<DramTiming> make_fixed_timing(const DramParams& params) {
  return std::make_unique<FixedTiming>(params);
}

}  // namespace systole
