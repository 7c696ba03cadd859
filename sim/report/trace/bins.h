#pragma once
#include <cstdint>
#include <vector>

#include "models/kernel/time.h"

namespace systole {

/// An amount over the cycles of a window, in at most kMostBins bins. Their width is the least power of two
/// that suffices for what was seen; whole numbers, so that no order of additions shows.
class Bins {
 public:
  static constexpr std::size_t kMostBins = 1024;

  Bins(Cycle begin, Cycle end) : begin_(begin), end_(end) {}

  /// `rate` in each cycle from `from` to before `to`.
  void add(Cycle from, Cycle to, uint64_t rate);
  /// `amount` in all, evenly from `from` to before `to`.
  void spread(Cycle from, Cycle to, uint64_t amount);
  /// Of all that was added, in the window or not.
  uint64_t total() const { return total_; }

  /// The width of bins that the cycles of the window before `end` need.
  static uint64_t width_for(Cycle begin, Cycle end);
  /// At least as wide; the same in all series of a trace.
  void widen_to(uint64_t width);
  uint64_t at(std::size_t bin) const { return bin < bins_.size() ? bins_[bin] : 0; }

 private:
  /// Gives each bin that [from, to) touches what `share(offset)` grows by, the offset counted from `from`.
  template <class Share>
  void fill(Cycle from, Cycle to, const Share& share);

  Cycle begin_, end_;
  uint64_t width_ = 1, total_ = 0;
  std::vector<uint64_t> bins_;
};

}  // namespace systole
