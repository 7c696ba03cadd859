#include "models/compute/k_table.h"

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

void KTable::set(const OperandView& view, uint32_t depth, bool flatten) {
  const std::array<int32_t, 2> bound_steps = {view.bound[0].k_step, view.bound[1].k_step};
  if (same(view.k, k_) && bound_steps == bound_steps_ && depth == columns_.size() && flatten == flatten_)
    return;
  k_ = view.k;
  bound_steps_ = bound_steps;
  flatten_ = flatten;
  columns_.assign(depth, {});
  uint64_t count = 0;
  const auto pad_to_step = [&] {
    while (count % depth != 0) push(count, 0, 0, 0, true);
  };
  for (uint32_t r = 0; r < k_[0].size; ++r) {
    for (uint32_t s = 0; s < k_[1].size; ++s) {
      const int64_t tap = r * k_[0].stride + s * k_[1].stride;
      for (uint32_t c = 0; c < k_[2].size; ++c) {
        push(count, tap + c * k_[2].stride, static_cast<int32_t>(r) * bound_steps[0],
             static_cast<int32_t>(s) * bound_steps[1], false);
      }
      if (!flatten) pad_to_step();
    }
  }
  pad_to_step();
}

}  // namespace systole
