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

void KTable::set(const OperandView& view, uint32_t depth, bool flatten) {
  const std::array<int32_t, 2> bound_steps = {view.bound[0].k_step, view.bound[1].k_step};
  if (same(view.k, k_) && bound_steps == bound_steps_ && depth == depth_ && flatten == flatten_) return;
  k_ = view.k;
  bound_steps_ = bound_steps;
  depth_ = depth;
  flatten_ = flatten;
  elements_.clear();
  const auto pad_to_step = [&] {
    while (elements_.size() % depth != 0) elements_.push_back({});
  };
  for (uint32_t r = 0; r < k_[0].size; ++r) {
    for (uint32_t s = 0; s < k_[1].size; ++s) {
      for (uint32_t c = 0; c < k_[2].size; ++c) {
        elements_.push_back({r * k_[0].stride + s * k_[1].stride + c * k_[2].stride,
                             static_cast<int32_t>(r) * bound_steps[0],
                             static_cast<int32_t>(s) * bound_steps[1], false});
      }
      if (!flatten) pad_to_step();
    }
  }
  pad_to_step();
}

}  // namespace systole
