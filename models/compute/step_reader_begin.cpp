// A walk laid out flat, for the passes over it.
#include <algorithm>
#include <stdexcept>

#include "models/compute/step_reader.h"

namespace systole {
namespace {

/// The same in every group: what the padding holds lies where the last port does.
void pad(std::vector<int32_t>& ports, std::size_t count, std::size_t groups) {
  ports.resize(groups);
  std::fill(ports.begin() + static_cast<std::ptrdiff_t>(count), ports.end(),
            count == 0 ? 0 : ports[count - 1]);
}

}  // namespace

void StepReader::begin(const OperandWalk& walk, const BlockLayout& layout) {
  walk_ = &walk;
  layout_ = layout;
  kernels_ = &kernels_of(walk.format());
  SramBuffer& buffer = walk.buffer();
  bank_map_ = BankMap(buffer);
  memory_ = buffer.bytes();
  buffer_size_ = static_cast<int64_t>(buffer.size());
  operand_bytes_ = traits_of(walk.format()).operand_bytes;
  word_shift_ = buffer.word_shift();
  if (walk.lowest() < INT32_MIN || walk.highest() > INT32_MAX) {
    throw std::logic_error("an operand view reaches beyond its buffer");
  }
  ports_ = walk.widest_row();
  groups_ = whole_groups(ports_);
  stride_ = layout.lane_stride * walk.lanes_per_step();
  words_.resize(groups_);
  outside_.resize(groups_);
  addresses_.resize(groups_);
  wide_addresses_.resize(groups_);
  outside_set_ = 0;
  held_.assign(walk.along_k() ? 1 : walk.lanes_per_step(), {});
  latches_.assign(groups_ * held_.size(), kNoWord);
  for (std::size_t l = 0; l < held_.size(); ++l) held_[l].latches = latches_.data() + l * groups_;
  walk.along_k() ? set_along_k() : set_along_lanes();
}

void StepReader::set_along_k() {
  const OperandWalk& walk = *walk_;
  places_.resize(1);
  Places& places = places_[0];
  places.ports = ports_;
  places.at.resize(groups_), places.dy.resize(groups_), places.dx.resize(groups_);
  for (std::size_t l = 0; l < ports_; ++l) {
    places.at[l] = static_cast<int32_t>(walk.lane_base(l));
    places.dy[l] = walk.lane_y(l);
    places.dx[l] = walk.lane_x(l);
  }
  measure(places);
  const uint32_t depth = walk.depth();
  const bool whole_lanes = operand_bytes_ == sizeof(Lane);
  in_planes_ = whole_lanes && depth == 4 && layout_.lane_stride == 1;
  deep_ = in_planes_ || (whole_lanes && (depth == 2 || depth == 4 || depth == 8) &&
                         layout_.lane_stride == depth && layout_.depth_stride == 1);
}

void StepReader::set_along_lanes() {
  const OperandWalk& walk = *walk_;
  places_.resize(walk.depth());
  deep_ = false;
  for (uint32_t z = 0; z < walk.depth(); ++z) {
    const KTable::Column& k = walk.k_table().column(z);
    Places& places = places_[z];
    places.at.resize(groups_), places.dy.resize(groups_), places.dx.resize(groups_);
    // Only the last step of k, or of a tap, may end in fill.
    places.ports = ports_;
    while (places.ports > 0 && k.fill[walk.k_begin() + places.ports - 1] != 0) --places.ports;
    for (std::size_t p = 0; p < places.ports; ++p) {
      places.at[p] = static_cast<int32_t>(k.offset[walk.k_begin() + p]);
      places.dy[p] = k.dy[walk.k_begin() + p];
      places.dx[p] = k.dx[walk.k_begin() + p];
    }
    measure(places);
  }
}

void StepReader::measure(Places& places) const {
  pad(places.at, places.ports, groups_);
  const int64_t word_bytes = walk_->buffer().word_bytes();
  const auto step = [&](std::size_t p) { return int64_t{places.at[p]} - places.at[p - 1]; };
  places.lowest = places.highest = places.at[0];
  places.pitch = places.ports > 1 ? step(1) : 0;
  places.sparse = places.level = true;
  for (std::size_t p = 1; p < places.ports; ++p) {
    const int64_t apart = step(p);
    if (apart != places.pitch) places.pitch = 0;
    places.sparse = places.sparse && (apart >= word_bytes || -apart >= word_bytes);
    places.level = places.level && apart % word_bytes == 0;
    places.lowest = std::min<int64_t>(places.lowest, places.at[p]);
    places.highest = std::max<int64_t>(places.highest, places.at[p]);
  }
  places.dense = places.pitch > 0 && places.pitch <= word_bytes;
}

void StepReader::hold(const WordLatches& latches) {
  for (std::size_t l = 0; l < held_.size(); ++l) {
    held_[l].places = nullptr;
    for (std::size_t p = 0; p < ports_; ++p) {
      latches_[l * groups_ + p] = static_cast<uint32_t>(latches.word(l * ports_ + p));
    }
  }
}

}  // namespace systole
