#pragma once
#include <algorithm>

#include "models/memory/dram/timing.h"

namespace systole {

/// Models without banks: what a request costs is known as soon as it is taken, and all of it fits in.
class UnbankedTiming : public DramTiming {
 public:
  explicit UnbankedTiming(const DramParams& params) : DramTiming(true), period_(params.clock_khz) {}

  void reset() override {
    taken_.clear();
    completions_.clear();
  }
  Cycle hand_over(const DramRequest& request, Cycle now) override {
    const uint64_t finish = finish_fs(period_.edge_fs(now), request.bytes);
    Cycle done = now;
    while (period_.edge_fs(done) < finish) done = std::max(done + 1, period_.first_edge_after_fs(finish - 1));
    completions_.add({request.ticket, done, now});
    return now;
  }
  void advance(Cycle, Cycle) override {}
  bool idle() const override { return true; }
  Cycle drained() const override { return 0; }  // a request is answered when its data are through
  void finish(Cycle, DramStats&) override {}

 protected:
  /// When the data are through of a request taken at `accepted_fs`; calls come in the order of acceptance.
  virtual uint64_t finish_fs(uint64_t accepted_fs, uint64_t bytes) = 0;

 private:
  Period period_;
};

}  // namespace systole
