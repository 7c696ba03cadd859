#include "models/vector/lane_places.h"

#include <algorithm>

namespace systole {

void LanePlaces::begin(const Vector& vector, const LaneView& view, uint32_t lanes) {
  view_ = &view;
  items_ = vector.items;
  index_ = {};
  left_ = vector.count();
  most_ = lanes;
  next();
}

void LanePlaces::next() {
  lanes_ = static_cast<uint32_t>(std::min<uint64_t>(most_, left_));
  left_ -= lanes_;
  runs_.clear();
  for (uint32_t lane = 0; lane < lanes_;) {
    LaneRun run;
    run.first = lane;
    run.count = std::min(lanes_ - lane, items_[4] - index_[4]);
    run.address = view_->base;
    for (int d = 0; d < 5; ++d) run.address += index_[d] * view_->stride[d];
    run.row = view_->bound[0].origin + static_cast<int32_t>(index_[2]) * view_->bound[0].lane_step;
    run.col = view_->bound[1].origin + static_cast<int32_t>(index_[3]) * view_->bound[1].lane_step;
    runs_.push_back(run);
    lane += run.count;
    index_[4] += run.count;
    for (int d = 4; d >= 0 && index_[d] == items_[d]; --d) {
      index_[d] = 0;
      if (d > 0) ++index_[d - 1];
    }
  }
}

}  // namespace systole
