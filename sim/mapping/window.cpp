#include "sim/mapping/window.h"

#include <algorithm>
#include <vector>

namespace systole {
namespace {

/// Outputs whose only tap lies inside the input, as a range [low, high).
void single_tap_range(const WindowAxis& axis, int64_t& low, int64_t& high) {
  low = (int64_t{axis.pad} + axis.stride - 1) / axis.stride;
  high = (int64_t{axis.in} - 1 + axis.pad) / axis.stride + 1;
}

}  // namespace

WindowAxis vertical_axis(const Problem& p) { return {p.H, p.P, p.R, p.stride_h, p.dilation_h, p.pad_top}; }
WindowAxis horizontal_axis(const Problem& p) { return {p.W, p.Q, p.S, p.stride_w, p.dilation_w, p.pad_left}; }

Window window_of(const WindowAxis& axis, uint32_t first_output, uint32_t outputs) {
  Window w;
  const int64_t begin = first_output, end = begin + outputs;
  if (axis.taps == 1) {
    int64_t low, high;
    single_tap_range(axis, low, high);
    low = std::max(low, begin);
    high = std::min(high, end);
    w.count = static_cast<uint32_t>(std::max<int64_t>(0, high - low));
    w.first = low * axis.stride - axis.pad;
    w.step = axis.stride;
    w.origin = static_cast<int32_t>(begin - low);
    w.clipped = low > begin || high < end;
  } else {
    const int64_t top = begin * axis.stride - axis.pad;
    const int64_t bottom = (end - 1) * axis.stride - axis.pad + int64_t{axis.taps - 1} * axis.dilation + 1;
    w.first = std::max<int64_t>(0, top);
    const int64_t stop = std::min<int64_t>(axis.in, bottom);
    w.count = static_cast<uint32_t>(std::max<int64_t>(0, stop - w.first));
    w.origin = static_cast<int32_t>(top - w.first);
    w.lane_step = static_cast<int32_t>(axis.stride);
    w.tap_step = static_cast<int32_t>(axis.dilation);
    w.clipped = top < 0 || bottom > axis.in;
  }
  if (w.count == 0) {  // nothing but padding: an origin that no lane and tap bring back inside
    w.first = 0;
    w.origin = -(1 << 30);
    w.clipped = true;
  }
  return w;
}

uint32_t overlap(const Window& previous, const Window& next) {
  if (previous.step != 1 || next.step != 1 || previous.count == 0 || next.count == 0) return 0;
  const int64_t stop = std::min(previous.first + previous.count, next.first + next.count);
  return static_cast<uint32_t>(std::max<int64_t>(0, stop - next.first));
}

WindowSums sum_windows(const WindowAxis& axis, uint32_t block) {
  WindowSums sums;
  sums.block = block;
  sums.blocks = (axis.out + block - 1) / block;
  if (axis.taps == 1) {
    int64_t low, high;
    single_tap_range(axis, low, high);
    const int64_t inside = std::max<int64_t>(0, std::min<int64_t>(high, axis.out) - low);
    sums.sum_count = sums.sum_fresh = inside;
    sums.max_count = static_cast<uint32_t>(std::min<int64_t>(inside, block));
    return sums;
  }
  Window previous;
  for (uint32_t begin = 0; begin < axis.out; begin += block) {
    const Window window = window_of(axis, begin, std::min(block, axis.out - begin));
    sums.max_count = std::max(sums.max_count, window.count);
    sums.sum_count += window.count;
    sums.sum_fresh += window.count - (begin > 0 ? overlap(previous, window) : 0);
    previous = window;
  }
  return sums;
}

uint64_t touched_coordinates(const WindowAxis& axis) {
  if (axis.taps == 1) return sum_windows(axis, axis.out).sum_count;
  std::vector<bool> touched(axis.in);
  for (int64_t o = 0; o < axis.out; ++o) {
    for (int64_t t = 0; t < axis.taps; ++t) {
      const int64_t at = o * axis.stride - axis.pad + t * axis.dilation;
      if (at >= 0 && at < axis.in) touched[at] = true;
    }
  }
  return std::count(touched.begin(), touched.end(), true);
}

uint64_t pairs_in_bounds(const WindowAxis& axis) {
  uint64_t pairs = 0;
  for (int64_t t = 0; t < axis.taps; ++t) {
    // o * stride >= pad - t * dilation  and  o * stride < in + pad - t * dilation
    const int64_t from = int64_t{axis.pad} - t * axis.dilation, to = from + axis.in;
    const int64_t low = from > 0 ? (from + axis.stride - 1) / axis.stride : 0;
    const int64_t high = to > 0 ? (to + axis.stride - 1) / axis.stride : 0;
    pairs += std::max<int64_t>(0, std::min<int64_t>(high, axis.out) - low);
  }
  return pairs;
}

}  // namespace systole
