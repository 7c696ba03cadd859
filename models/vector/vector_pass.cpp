#include "models/vector/vector_pass.h"

#include <algorithm>

namespace systole {

void VectorPass::begin(std::vector<VectorSide>& sides, const LaneView* views, uint32_t count) {
  sides.resize(count);
  uint32_t registers = 0;
  for (uint32_t i = 0; i < count; ++i) {
    sides[i].begin(vector_, views[i], buffers_, registers, params_.lanes);
    registers += views[i].registers();
    streams_ = streams_ && views[i].tap_count() == 1;
  }
}

void VectorPass::start(const Vector& vector) {
  vector_ = vector;
  const LaneProgram& program = *vector_.program;
  fp32_counts_ = program.counts(LaneNumber::fp32);
  int32_counts_ = program.counts(LaneNumber::int32);
  cycles_ = program.cycles(params_.special_cycles);
  items_ = vector_.count();
  groups_ = (items_ + params_.lanes - 1) / params_.lanes;
  groups_read_ = groups_executed_ = groups_written_ = 0;
  staged_ = executing_ = executed_ = writing_ = false;
  streams_ = cycles_ == 1;
  begin(sources_, vector_.sources.data(), vector_.source_count);
  begin(targets_, vector_.targets.data(), vector_.target_count);
  read_ = written_ = 0;
  if (values_) values_->start(vector_);
}

static void add(LaneCounts& sum, const LaneCounts& of_item, uint64_t items) {
  sum.multiplies += of_item.multiplies * items;
  sum.adds += of_item.adds * items;
  sum.shifts += of_item.shifts * items;
  sum.special += of_item.special * items;
  sum.other += of_item.other * items;
}

void VectorPass::count(uint64_t items, VectorStats& stats) const {
  add(stats.fp32, fp32_counts_, items);
  add(stats.int32, int32_counts_, items);
}

bool VectorPass::move_tap(std::vector<VectorSide>& sides, bool write, Cycle now) {
  bool moved = false;
  for (VectorSide& side : sides) {
    if (side.group_done()) continue;
    while (!side.tap_done()) {
      const uint32_t items = side.open_next(write, now);
      if (items == 0) break;
      side.take(items, write, values());
      moved = true;
    }
    if (side.tap_done()) side.next_tap();
  }
  return moved;
}

static bool all_done(const std::vector<VectorSide>& sides) {
  return std::all_of(sides.begin(), sides.end(), [](const VectorSide& side) { return side.group_done(); });
}

bool VectorPass::read(Cycle now) {
  if (staged_ || groups_read_ == groups_) return false;
  const bool moved = move_tap(sources_, false, now);
  if (!all_done(sources_)) return moved;
  staged_ = true;
  if (++groups_read_ < groups_) {
    for (VectorSide& side : sources_) side.next_group();
  }
  return true;
}

/// Hands the results of an executed group to the writer once that is free.
void VectorPass::hand_over() {
  if (!executed_ || writing_) return;
  executed_ = executing_ = false;
  writing_ = true;
}

/// Takes up the group that has been read, or goes on with the one under way.
bool VectorPass::execute(VectorStats& stats) {
  if (executed_) return false;
  if (!executing_) {
    if (!staged_) return false;
    staged_ = false;
    executing_ = true;
    if (values_) values_->execute(groups_executed_);
    count(std::min<uint64_t>(params_.lanes, items_ - groups_executed_ * params_.lanes), stats);
    ++groups_executed_;
    cycles_left_ = cycles_;
  }
  executed_ = --cycles_left_ == 0;
  return true;
}

bool VectorPass::write(Cycle now) {
  if (!writing_) return false;
  const bool moved = move_tap(targets_, true, now);
  if (!all_done(targets_)) return moved;
  writing_ = false;
  if (++groups_written_ < groups_) {
    for (VectorSide& side : targets_) side.next_group();
  }
  return true;
}

bool VectorPass::step_groups(Cycle now, VectorStats& stats) {
  // The last stage first: what it lets go, the one before it takes up in the same cycle.
  hand_over();
  const bool wrote = write(now), executed = execute(stats);
  return read(now) || executed || wrote;
}

uint64_t VectorPass::stream(std::vector<VectorSide>& sides, uint64_t most, bool write, Cycle now) {
  uint64_t moved = 0;
  while (moved < most) {
    auto items = static_cast<uint32_t>(most - moved);
    for (VectorSide& side : sides) items = std::min(items, items == 0 ? 0 : side.open_next(write, now));
    if (items == 0) break;
    for (VectorSide& side : sides) {
      side.take(items, write, values());
      if (side.tap_done()) side.next_group();
    }
    moved += items;
  }
  return moved;
}

bool VectorPass::step_stream(Cycle now, VectorStats& stats) {
  // Written first: what was read a cycle ago leaves while the next items come in.
  const uint64_t lanes = params_.lanes, first = read_;
  const uint64_t wrote = stream(targets_, std::min(lanes, read_ - written_), true, now);
  written_ += wrote;
  const uint64_t was_read =
      stream(sources_, std::min(lanes, std::min(items_, written_ + lanes) - read_), false, now);
  read_ += was_read;
  count(was_read, stats);
  if (values_ && was_read != 0) {
    for (uint64_t group = first / lanes; group <= (read_ - 1) / lanes; ++group) values_->execute(group);
  }
  return wrote != 0 || was_read != 0;
}

Cycle VectorPass::skip_execution() {
  const bool reading = !staged_ && groups_read_ < groups_;
  if (streams_ || reading || writing_ || !executing_ || cycles_left_ < 2) return 0;
  const Cycle skipped = cycles_left_ - 1;
  cycles_left_ = 1;
  return skipped;
}

}  // namespace systole
