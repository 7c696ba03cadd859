#pragma once
#include <array>
#include <vector>

#include "models/isa.h"

namespace systole {

/// Items of a group that lie along items[4]: `count` from lane `first` on, each a stride behind the one
/// before.
struct LaneRun {
  uint32_t first = 0, count = 0;
  int64_t address = 0;       ///< of the first, in bits
  int32_t row = 0, col = 0;  ///< as bounds see them
};

/// Where the items of a vector instruction lie in one of its sources or targets, a group of neighbouring
/// items at a time.
class LanePlaces {
 public:
  /// Groups of at most `lanes` items; the first one is at hand. `view` and `vector` outlive the walk.
  void begin(const Vector& vector, const LaneView& view, uint32_t lanes);
  /// Goes on to the next group.
  void next();
  uint32_t lanes() const { return lanes_; }  ///< of the group; 0: behind the last
  const std::vector<LaneRun>& runs() const { return runs_; }
  int64_t stride() const { return view_->stride[4]; }  ///< along a run
  /// False where the tap of the run's items is padding, which lies nowhere.
  bool inside(const LaneRun& run, const LaneTap& tap) const {
    return inside(view_->bound[0], run.row, tap.row) && inside(view_->bound[1], run.col, tap.col);
  }

 private:
  static bool inside(const Bound& bound, int32_t at, int32_t tap) {
    return bound.limit == 0 ||
           static_cast<uint32_t>(at + tap * bound.k_step) < static_cast<uint32_t>(bound.limit);
  }

  const LaneView* view_ = nullptr;
  std::array<uint32_t, 5> items_{}, index_{};  ///< index_: of the item behind the group
  uint64_t left_ = 0;                          ///< items behind the group
  uint32_t most_ = 1, lanes_ = 0;
  std::vector<LaneRun> runs_;
};

}  // namespace systole
