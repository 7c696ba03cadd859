#pragma once
// The array's inner loop, written once for every rule, format, interconnect and MMA depth. Plain loops: each
// clone's vectoriser does the rest, and with contraction off all clones give the same bits.
#include "models/number/sum/lanes.h"

namespace systole {

/// Lanes [v, v + kLanes) of kX x lanes: what they share of y is loaded once.
template <class Steps, class T, bool kSystolic, uint32_t kDepth, uint32_t kX, uint32_t kLanes>
SYSTOLE_INLINE void step_lanes(const StepArgs& a, const T* __restrict x, const T* __restrict y,
                               T* __restrict dst) {
  const uint32_t depth = kDepth == 0 ? a.depth : kDepth;
  const std::size_t x_plane = kSystolic ? a.x_stride : 1;
#pragma GCC ivdep
#pragma GCC unroll 1
  for (uint32_t v = 0; v < kLanes; ++v) {
#pragma GCC unroll 4
    for (uint32_t xl = 0; xl < kX; ++xl) {
      const T* xv = x + xl * depth * x_plane + (kSystolic ? v : 0);
      T* to = dst + xl * a.dst_stride + v;
      *to = Steps::template added<T, kDepth>(*to, xv, x_plane, y + v, a.y_stride, depth);
    }
  }
}

/// Whole vectors of lanes, then what is left.
template <class Steps, class T, bool kSystolic, uint32_t kDepth, uint32_t kX>
SYSTOLE_INLINE void step_x_lanes(const StepArgs& a, const T* x, const T* y, T* dst) {
  const std::size_t width = a.width;
  std::size_t v = 0;
  for (; v + kBlockLanes <= width; v += kBlockLanes) {
    step_lanes<Steps, T, kSystolic, kDepth, kX, kBlockLanes>(a, x + (kSystolic ? v : 0), y + v, dst + v);
  }
#pragma GCC unroll 1
  for (; v < width; ++v) {
    step_lanes<Steps, T, kSystolic, kDepth, kX, 1>(a, x + (kSystolic ? v : 0), y + v, dst + v);
  }
}

/// A systolic array of single x lanes, in whole vectors: nothing but its arithmetic a row.
template <class Steps, class T, uint32_t kDepth>
SYSTOLE_INLINE void step_vectors(const StepArgs& a) {
  const std::size_t width = a.width;
  const Lane *x = a.x, *y = a.y;
  Lane* dst = a.dst;
  for (uint32_t i = 0; i < a.rows; ++i, x += a.x_row, y += a.y_row, dst += a.dst_row) {
    for (std::size_t v = 0; v < width; v += kBlockLanes) {
      step_lanes<Steps, T, true, kDepth, 1, kBlockLanes>(a, reinterpret_cast<const T*>(x + v),
                                                         reinterpret_cast<const T*>(y + v),
                                                         reinterpret_cast<T*>(dst + v));
    }
  }
}

/// Steps: the rule's way of adding a step's products. T: the accumulator's type, allowed to alias Lane.
/// kDepth 0: depth known at run time only.
template <class Steps, class T, bool kSystolic, uint32_t kDepth>
SYSTOLE_INLINE void step_body(const StepArgs& args) {
  constexpr uint32_t kX = !kSystolic && kDepth != 0 && kDepth <= 4 ? 4 : 1;  // a matter of registers
  const StepArgs a = args;
  if constexpr (kSystolic && kDepth != 0) {
    if (a.x_lanes == 1 && a.width % kBlockLanes == 0) return step_vectors<Steps, T, kDepth>(a);
  }
  const std::size_t x_lane = (kDepth == 0 ? a.depth : kDepth) * (kSystolic ? a.x_stride : 1);
  for (uint32_t i = 0; i < a.rows; ++i) {
    const T* y = reinterpret_cast<const T*>(a.y + i * a.y_row);
    const T* x = reinterpret_cast<const T*>(a.x + i * a.x_row);
    T* dst = reinterpret_cast<T*>(a.dst + i * a.dst_row);
    uint32_t xl = 0;
    if constexpr (kX > 1) {
      for (; xl + kX <= a.x_lanes; xl += kX) {
        step_x_lanes<Steps, T, kSystolic, kDepth, kX>(a, x + xl * x_lane, y, dst + xl * a.dst_stride);
      }
    }
    for (; xl < a.x_lanes; ++xl) {
      step_x_lanes<Steps, T, kSystolic, kDepth, 1>(a, x + xl * x_lane, y, dst + xl * a.dst_stride);
    }
  }
}

}  // namespace systole
