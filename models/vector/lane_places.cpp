#include "models/vector/lane_places.h"

namespace systole {

void LanePlaces::begin(const VectorKernel& kernel, const LaneView& view, uint32_t lanes) {
  view_ = &view;
  items_ = kernel.items;
  index_ = {};
  left_ = kernel.count();
  most_ = lanes;
  address_.resize(lanes);
  row_.resize(lanes);
  col_.resize(lanes);
  next();
}

void LanePlaces::next() {
  lanes_ = static_cast<uint32_t>(std::min<uint64_t>(most_, left_));
  left_ -= lanes_;
  for (uint32_t lane = 0; lane < lanes_; ++lane) {
    int64_t address = view_->base;
    for (int d = 0; d < 5; ++d) address += index_[d] * view_->stride[d];
    address_[lane] = address;
    row_[lane] = view_->bound[0].origin + static_cast<int32_t>(index_[2]) * view_->bound[0].lane_step;
    col_[lane] = view_->bound[1].origin + static_cast<int32_t>(index_[3]) * view_->bound[1].lane_step;
    for (int d = 4; d >= 0 && ++index_[d] == items_[d]; --d) index_[d] = 0;
  }
}

}  // namespace systole
