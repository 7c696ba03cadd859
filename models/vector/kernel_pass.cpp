#include "models/vector/kernel_pass.h"

#include <algorithm>

namespace systole {

void KernelPass::Side::begin(const VectorKernel& kernel, const LaneView& view, uint32_t lanes) {
  places.begin(kernel, view, lanes);
  tap = lane = 0;
  port.reset();
}

void KernelPass::start(const VectorKernel& kernel) {
  kernel_ = kernel;
  counts_ = kernel.program->counts();
  groups_ = (kernel.count() + lanes_ - 1) / lanes_;
  groups_read_ = groups_executed_ = groups_written_ = 0;
  staged_ = executing_ = executed_ = writing_ = false;
  source_.begin(kernel_, kernel_.source, lanes_);
  target_.begin(kernel_, kernel_.target, lanes_);
  if (values_) values_->start(kernel);
}

/// One input register of all lanes.
bool KernelPass::read(Cycle now) {
  if (staged_ || groups_read_ == groups_) return false;
  SramBuffer& buffer = *buffers_[static_cast<int>(kernel_.source.buffer)];
  const uint32_t before = source_.lane, lanes = source_.places.lanes();
  const LaneTap& tap = (*kernel_.source.taps)[source_.tap];
  uint64_t elements = 0;
  for (; source_.lane < lanes; ++source_.lane) {
    if (!source_.places.inside(source_.lane, tap)) {
      if (values_) values_->read_padding(source_.tap, source_.lane);
      continue;
    }
    const int64_t at = source_.places.address(source_.lane, tap);
    if (!source_.port.open(buffer, static_cast<uint64_t>(at) / 8, false, kernel_.source.tensor, now)) break;
    if (values_) values_->read(source_.tap, source_.lane, at);
    ++elements;
  }
  buffer.count_read(kernel_.source.tensor, 0, elements);
  const bool moved = source_.lane != before;
  if (source_.lane < lanes) return moved;
  source_.lane = 0;
  if (++source_.tap < kernel_.program->inputs) return true;
  staged_ = true;
  if (++groups_read_ < groups_) source_.next_group();
  return true;
}

/// Hands the results of an executed group to the writer once that is free.
void KernelPass::hand_over() {
  if (!executed_ || writing_) return;
  executed_ = executing_ = false;
  writing_ = true;
  if (values_) values_->hand_over();
}

/// Takes up the group that has been read, or goes on with the one under way.
bool KernelPass::execute(VectorStats& stats) {
  if (executed_) return false;
  if (!executing_) {
    if (!staged_) return false;
    staged_ = false;
    executing_ = true;
    if (values_) values_->execute();
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
  const uint32_t before = target_.lane, lanes = target_.places.lanes();
  const LaneTap& tap = (*kernel_.target.taps)[target_.tap];
  uint64_t elements = 0;
  for (; target_.lane < lanes; ++target_.lane) {
    if (!target_.places.inside(target_.lane, tap)) continue;
    const int64_t at = target_.places.address(target_.lane, tap);
    if (!target_.port.open(buffer, static_cast<uint64_t>(at) / 8, true, kernel_.target.tensor, now)) break;
    if (values_) values_->write(target_.tap, target_.lane, at);
    ++elements;
  }
  buffer.count_write(kernel_.target.tensor, 0, elements);
  const bool moved = target_.lane != before;
  if (target_.lane < lanes) return moved;
  target_.lane = 0;
  if (++target_.tap < kernel_.program->outputs.size()) return true;
  writing_ = false;
  if (++groups_written_ < groups_) target_.next_group();
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
