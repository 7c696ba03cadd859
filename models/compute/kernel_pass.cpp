#include "models/compute/kernel_pass.h"

#include <algorithm>
#include <cstring>

#include "models/compute/format/format.h"

namespace systole {

void KernelPass::start(const VectorKernel& kernel) {
  kernel_ = kernel;
  const LaneProgram& program = *kernel.program;
  counts_ = program.counts();
  groups_ = (kernel.count() + lanes_ - 1) / lanes_;
  groups_read_ = groups_executed_ = groups_written_ = 0;
  staged_ = executing_ = executed_ = writing_ = false;
  incoming_.resize(uint64_t{program.inputs} * lanes_);
  registers_.resize(uint64_t{program.registers} * lanes_);
  outgoing_.resize(program.outputs.size() * lanes_);
  begin_side(source_, kernel_.source);
  begin_side(target_, kernel_.target);
}

void KernelPass::begin_side(Side& side, const LaneView& view) {
  side.view = &view;
  side.item = 0;
  side.lanes = 0;
  side.index = {};
  side.address.resize(lanes_);
  side.row.resize(lanes_);
  side.col.resize(lanes_);
  side.port.reset();
  if (groups_ > 0) next_group(side);
}

/// Where the lanes of the next group lie.
void KernelPass::next_group(Side& side) {
  side.item += side.lanes;
  side.lanes = static_cast<uint32_t>(std::min<uint64_t>(lanes_, kernel_.count() - side.item));
  side.tap = side.lane = 0;
  const LaneView& view = *side.view;
  for (uint32_t lane = 0; lane < side.lanes; ++lane) {
    int64_t address = view.base;
    for (int d = 0; d < 5; ++d) address += side.index[d] * view.stride[d];
    side.address[lane] = static_cast<uint64_t>(address);
    side.row[lane] = view.bound[0].origin + static_cast<int32_t>(side.index[2]) * view.bound[0].lane_step;
    side.col[lane] = view.bound[1].origin + static_cast<int32_t>(side.index[3]) * view.bound[1].lane_step;
    for (int d = 4; d >= 0 && ++side.index[d] == kernel_.items[d]; --d) side.index[d] = 0;
  }
}

bool KernelPass::in_bounds(const Side& side, const LaneTap& tap, uint32_t lane) const {
  const auto inside = [](const Bound& bound, int32_t at, int32_t tap_index) {
    return bound.limit == 0 ||
           static_cast<uint32_t>(at + tap_index * bound.k_step) < static_cast<uint32_t>(bound.limit);
  };
  return inside(side.view->bound[0], side.row[lane], tap.row) &&
         inside(side.view->bound[1], side.col[lane], tap.col);
}

uint32_t KernelPass::load(const uint8_t* at) const {
  uint32_t value = 0;
  switch (kernel_.source.element_bytes) {
    case 1:
      return static_cast<uint32_t>(static_cast<int32_t>(static_cast<int8_t>(*at)));
    case 2: {
      int16_t half;
      std::memcpy(&half, at, sizeof half);
      return static_cast<uint32_t>(static_cast<int32_t>(half));
    }
    default:
      std::memcpy(&value, at, sizeof value);
      return value;
  }
}

/// One input register of all lanes.
bool KernelPass::read(Cycle now) {
  if (staged_ || groups_read_ == groups_) return false;
  SramBuffer& buffer = *buffers_[static_cast<int>(kernel_.source.buffer)];
  const uint32_t before = source_.lane;
  const LaneTap& tap = (*kernel_.source.taps)[source_.tap];
  uint64_t elements = 0;
  for (; source_.lane < source_.lanes; ++source_.lane) {
    uint32_t value = 0;
    if (in_bounds(source_, tap, source_.lane)) {
      const uint64_t at = source_.address[source_.lane] + static_cast<uint64_t>(tap.offset);
      if (!source_.port.open(buffer, at, false, kernel_.source.tensor, now)) break;
      value = load(buffer.bytes() + at);
      ++elements;
    }
    incoming_[uint64_t{source_.tap} * lanes_ + source_.lane] = value;
  }
  buffer.count_read(kernel_.source.tensor, 0, elements);
  const bool moved = source_.lane != before;
  if (source_.lane < source_.lanes) return moved;
  source_.lane = 0;
  if (++source_.tap < kernel_.program->inputs) return true;
  staged_ = true;
  if (++groups_read_ < groups_) next_group(source_);
  return true;
}

/// Hands the results of an executed group to the writer once that is free.
void KernelPass::hand_over() {
  if (!executed_ || writing_) return;
  executed_ = executing_ = false;
  writing_ = true;
  const std::vector<uint16_t>& outputs = kernel_.program->outputs;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    std::copy_n(&registers_[std::size_t{outputs[o]} * lanes_], lanes_, &outgoing_[o * lanes_]);
  }
  if (kernel_.program->number == LaneNumber::fp32)
    kFp32Kernels.canonicalize(outgoing_.data(), outgoing_.size());
}

/// Takes up the group that has been read, or goes on with the one under way.
bool KernelPass::execute(VectorStats& stats) {
  if (executed_) return false;
  if (!executing_) {
    if (!staged_) return false;
    staged_ = false;
    executing_ = true;
    std::copy(incoming_.begin(), incoming_.end(), registers_.begin());
    run_lanes(*kernel_.program, registers_.data(), lanes_);
    const uint64_t items = std::min<uint64_t>(lanes_, kernel_.count() - groups_executed_ * lanes_);
    ++groups_executed_;
    stats.multiplies += counts_.multiplies * items;
    stats.adds += counts_.adds * items;
    stats.shifts += counts_.shifts * items;
    stats.other += counts_.other * items;
    steps_left_ = std::max<uint64_t>(1, kernel_.program->steps.size());
  }
  executed_ = --steps_left_ == 0;
  return true;
}

/// One output register of all lanes.
bool KernelPass::write(Cycle now) {
  if (!writing_) return false;
  SramBuffer& buffer = *buffers_[static_cast<int>(kernel_.target.buffer)];
  const uint32_t before = target_.lane;
  const LaneTap& tap = (*kernel_.target.taps)[target_.tap];
  uint64_t elements = 0;
  for (; target_.lane < target_.lanes; ++target_.lane) {
    if (!in_bounds(target_, tap, target_.lane)) continue;
    const uint64_t at = target_.address[target_.lane] + static_cast<uint64_t>(tap.offset);
    if (!target_.port.open(buffer, at, true, kernel_.target.tensor, now)) break;
    std::memcpy(buffer.bytes() + at, &outgoing_[uint64_t{target_.tap} * lanes_ + target_.lane],
                kernel_.target.element_bytes);
    ++elements;
  }
  buffer.count_write(kernel_.target.tensor, 0, elements);
  const bool moved = target_.lane != before;
  if (target_.lane < target_.lanes) return moved;
  target_.lane = 0;
  if (++target_.tap < kernel_.program->outputs.size()) return true;
  writing_ = false;
  if (++groups_written_ < groups_) next_group(target_);
  return true;
}

bool KernelPass::step(Cycle now, VectorStats& stats) {
  // The last stage first: what it lets go, the one before it takes up in the same cycle.
  hand_over();
  const bool wrote = write(now);
  const bool executed = execute(stats);
  return read(now) || executed || wrote;
}

Cycle KernelPass::skip_execution() {
  const bool reading = !staged_ && groups_read_ < groups_;
  if (reading || writing_ || steps_left_ < 2) return 0;
  const Cycle skipped = steps_left_ - 1;
  steps_left_ = 1;
  return skipped;
}

}  // namespace systole
