#include "models/functional/operand.h"

#include <algorithm>

#include "models/number/block_scale.h"

namespace systole {

using Run = KTable::Run;

void Operand::set(const OperandView& view, uint32_t depth, bool flatten, MemoryImage& image) {
  view_ = view;
  load_run_ = traits_of(view.format).load_run;
  image_ = &image;
  bounded_ = view.bound[0].limit != 0 || view.bound[1].limit != 0;
  k_table_.set(view, depth, flatten);
  base_.resize(view.lanes());
  y_.resize(base_.size());
  x_.resize(base_.size());
  std::size_t lane = 0;
  for (uint32_t outer = 0; outer < view.lane[0].size; ++outer) {
    for (uint32_t middle = 0; middle < view.lane[1].size; ++middle) {
      const int64_t base = view.base + outer * view.lane[0].stride + middle * view.lane[1].stride;
      const int32_t y = view.bound[0].origin + static_cast<int32_t>(middle) * view.bound[0].lane_step;
      for (uint32_t inner = 0; inner < view.lane[2].size; ++inner, ++lane) {
        base_[lane] = base + inner * view.lane[2].stride;
        y_[lane] = y;
        x_[lane] = view.bound[1].origin + static_cast<int32_t>(inner) * view.bound[1].lane_step;
      }
    }
  }
}

bool Operand::inside(uint64_t lane, int32_t dy, int32_t dx) const {
  const auto within = [](const Bound& bound, int32_t at) {
    return bound.limit == 0 || static_cast<uint32_t>(at) < static_cast<uint32_t>(bound.limit);
  };
  return !bounded_ || (within(view_.bound[0], y_[lane] + dy) && within(view_.bound[1], x_[lane] + dx));
}

void Operand::scale_lane(uint64_t lane, Lane* out, std::size_t step) const {
  const std::array<Axis, 3>& axes = view_.lane;
  const std::array<int64_t, 3>& strides = view_.exponents.lane;
  const uint64_t rest = lane / axes[2].size;
  const int64_t base = view_.exponents.base + static_cast<int64_t>(rest / axes[1].size) * strides[0] +
                       static_cast<int64_t>(rest % axes[1].size) * strides[1] +
                       static_cast<int64_t>(lane % axes[2].size) * strides[2];
  const uint32_t depth = k_table_.depth();
  const KTable::Column& first = k_table_.column(0);
  for (uint64_t s = 0; s < elements() / depth; ++s) {
    if (!inside(lane, first.dy[s], first.dx[s])) continue;
    const int64_t at = base + k_table_.exponent_offset(s);
    const Lane scale = scale_of(*image_->at_bits(view_.buffer, at, kExponentBits));
    for (uint32_t z = 0; z < depth && k_table_.column(z).fill[s] == 0; ++z) {
      Lane& element = out[(s * depth + z) * step];
      element = scaled(element, scale);
    }
  }
}

/// Loads `n` elements from `from` on, `pitch` bits apart.
void Operand::load(int64_t from, int64_t pitch, uint64_t n, Lane* out, std::size_t step) const {
  const int64_t last = from + static_cast<int64_t>(n - 1) * pitch, lowest = std::min(from, last);
  const uint64_t bits = static_cast<uint64_t>(std::max(from, last) - lowest) + traits_of(view_.format).bits;
  const uint8_t* memory = image_->at_bits(view_.buffer, lowest, bits);
  load_run_(memory, from - (lowest & ~int64_t{7}), pitch, n, out, step);
  for (uint64_t i = 0; view_.zero_point != 0 && i < n; ++i)
    out[i * step] -= static_cast<Lane>(view_.zero_point);
}

/// All elements of one lane to out[0], out[step], …
void Operand::gather_lane(uint64_t lane, Lane fill, Lane* out, std::size_t step) const {
  const int64_t stride = k_table_.stride();
  uint64_t e = 0;
  for (const Run& run : k_table_.runs()) {
    for (; e < run.first; ++e) out[e * step] = fill;
    Lane* to = out + e * step;
    if (inside(lane, run.dy, run.dx)) {
      load(base_[lane] + run.offset, stride, run.count, to, step);
    } else {
      for (uint64_t i = 0; i < run.count; ++i) to[i * step] = 0;
    }
    e += run.count;
  }
  for (; e < elements(); ++e) out[e * step] = fill;
}

bool Operand::lies_across(uint64_t lane, uint64_t lanes) const {
  const int64_t bits = traits_of(view_.format).bits;
  if (bounded_ || bits == k_table_.stride()) return false;
  for (uint64_t l = lane + 1; l < lane + lanes; ++l) {
    if (base_[l] - base_[l - 1] != bits) return false;
  }
  return lanes > 1;
}

/// Element by element, all lanes of each.
void Operand::gather_across(uint64_t lane, uint64_t lanes, Lane fill, Lane* out, std::size_t element_step,
                            std::size_t lane_step) const {
  const int64_t pitch = traits_of(view_.format).bits;
  const auto fill_up_to = [&](uint64_t e, uint64_t end) {
    for (; e < end; ++e) {
      for (uint64_t l = 0; l < lanes; ++l) out[e * element_step + l * lane_step] = fill;
    }
    return end;
  };
  uint64_t e = 0;
  for (const Run& run : k_table_.runs()) {
    e = fill_up_to(e, run.first);
    for (uint64_t i = 0; i < run.count; ++i, ++e) {
      const int64_t from = base_[lane] + run.offset + static_cast<int64_t>(i) * k_table_.stride();
      load(from, pitch, lanes, out + e * element_step, lane_step);
    }
  }
  fill_up_to(e, elements());
}

void Operand::gather_rows(uint64_t lane, uint64_t lanes, Lane fill, Lane* out, std::size_t stride) const {
  if (lies_across(lane, lanes)) {
    gather_across(lane, lanes, fill, out, 1, stride);
  } else {
    for (uint64_t l = 0; l < lanes; ++l) gather_lane(lane + l, fill, out + l * stride, 1);
  }
  for (uint64_t l = 0; view_.block() > 0 && l < lanes; ++l) scale_lane(lane + l, out + l * stride, 1);
}

void Operand::gather_panels(uint64_t lane, uint64_t lanes, Lane fill, Lane* out, std::size_t stride) const {
  for (const uint64_t end = lane + lanes; lane < end; lane += kBlockLanes, out += stride) {
    const uint64_t here = std::min<uint64_t>(kBlockLanes, end - lane);
    if (lies_across(lane, here)) {
      gather_across(lane, here, fill, out, kBlockLanes, 1);
    } else {
      for (uint64_t l = 0; l < here; ++l) gather_lane(lane + l, fill, out + l, kBlockLanes);
    }
    for (uint64_t l = 0; view_.block() > 0 && l < here; ++l) scale_lane(lane + l, out + l, kBlockLanes);
    for (uint64_t e = 0; here < kBlockLanes && e < elements(); ++e) {
      std::fill(out + e * kBlockLanes + here, out + (e + 1) * kBlockLanes, fill);
    }
  }
}

}  // namespace systole
