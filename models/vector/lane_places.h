#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "models/isa.h"

namespace systole {

/// Where the items of a VectorKernel lie on one of its sides, a group of neighbouring items at a time.
class LanePlaces {
 public:
  /// Groups of at most `lanes` items; the first one is at hand.
  void begin(const VectorKernel& kernel, const LaneView& view, uint32_t lanes);
  /// Goes on to the next group.
  void next();
  uint32_t lanes() const { return lanes_; }  ///< of the group; 0: behind the last
  /// In bits.
  int64_t address(uint32_t lane, const LaneTap& tap) const { return address_[lane] + tap.offset; }
  /// False where the tap of the lane's item is padding, which lies nowhere.
  bool inside(uint32_t lane, const LaneTap& tap) const {
    return inside(view_->bound[0], row_[lane], tap.row) && inside(view_->bound[1], col_[lane], tap.col);
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
  std::vector<int64_t> address_;
  std::vector<int32_t> row_, col_;  ///< as bounds see them
};

}  // namespace systole
