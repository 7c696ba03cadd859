#include "models/compute/k_table.h"

#include <algorithm>

namespace systole {
namespace {

bool same(const std::array<Axis, 3>& a, const std::array<Axis, 3>& b) {
  for (int i = 0; i < 3; ++i) {
    if (a[i].size != b[i].size || a[i].stride != b[i].stride) return false;
  }
  return true;
}

}  // namespace

void KTable::push(uint64_t& count, int64_t offset, int32_t dy, int32_t dx, bool fill) {
  Column& column = columns_[count++ % columns_.size()];
  column.offset.push_back(offset);
  column.dy.push_back(dy);
  column.dx.push_back(dx);
  column.fill.push_back(fill);
}

void KTable::add_run(const Run& run) {
  const int64_t end = run.offset + static_cast<int64_t>(run.count - 1) * k_[2].stride;
  extent_.offset_min = std::min({extent_.offset_min, run.offset, end});
  extent_.offset_max = std::max({extent_.offset_max, run.offset, end});
  extent_.dy_min = std::min(extent_.dy_min, run.dy);
  extent_.dy_max = std::max(extent_.dy_max, run.dy);
  extent_.dx_min = std::min(extent_.dx_min, run.dx);
  extent_.dx_max = std::max(extent_.dx_max, run.dx);
  if (!runs_.empty()) {
    Run& last = runs_.back();
    if (last.first + last.count == run.first && last.dy == run.dy && last.dx == run.dx &&
        last.offset + static_cast<int64_t>(last.count) * k_[2].stride == run.offset) {
      last.count += run.count;
      return;
    }
  }
  runs_.push_back(run);
}

/// Of the steps that begin in a tap, whose elements count from `first`.
void KTable::add_exponents(const OperandView& view, uint32_t r, uint32_t s, uint64_t first) {
  const uint64_t depth = columns_.size(), c_of_step = (depth - first % depth) % depth;
  for (uint64_t c = c_of_step; c < view.k[2].size; c += depth) {
    const int64_t offset = r * view.exponents.k[0] + s * view.exponents.k[1] +
                           static_cast<int64_t>(c / view.block()) * view.exponents.k[2];
    exponent_offset_.push_back(offset);
    extent_.exponent_min = std::min(extent_.exponent_min, offset);
    extent_.exponent_max = std::max(extent_.exponent_max, offset);
  }
}

void KTable::set(const OperandView& view, uint32_t depth, bool flatten) {
  const std::array<int32_t, 2> bound_steps = {view.bound[0].k_step, view.bound[1].k_step};
  if (same(view.k, k_) && bound_steps == bound_steps_ && depth == columns_.size() && flatten == flatten_ &&
      view.block() == block_ && view.exponents.k == exponents_)
    return;
  k_ = view.k;
  block_ = view.block();
  exponents_ = view.exponents.k;
  exponent_offset_.clear();
  bound_steps_ = bound_steps;
  flatten_ = flatten;
  columns_.assign(depth, {});
  runs_.clear();
  extent_ = {};
  uint64_t count = 0;
  const auto pad_to_step = [&] {
    while (count % depth != 0) push(count, 0, 0, 0, true);
  };
  for (uint32_t r = 0; r < k_[0].size; ++r) {
    for (uint32_t s = 0; s < k_[1].size; ++s) {
      const int64_t tap = r * k_[0].stride + s * k_[1].stride;
      const int32_t dy = static_cast<int32_t>(r) * bound_steps[0];
      const int32_t dx = static_cast<int32_t>(s) * bound_steps[1];
      if (k_[2].size != 0) add_run({count, k_[2].size, tap, dy, dx});
      if (block_ != 0) add_exponents(view, r, s, count);
      for (uint32_t c = 0; c < k_[2].size; ++c) push(count, tap + c * k_[2].stride, dy, dx, false);
      if (!flatten) pad_to_step();
    }
  }
  pad_to_step();
}

}  // namespace systole
