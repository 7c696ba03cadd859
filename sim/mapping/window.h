#pragma once
// One axis of the convolution window: which input coordinates a block of outputs touches, and how they are
// stored.
#include <cstdint>

#include "sim/workload/problem.h"

namespace systole {

struct WindowAxis {
  uint32_t in, out, taps, stride, dilation, pad;  ///< pad: at the low end
};

WindowAxis vertical_axis(const Problem& problem);
WindowAxis horizontal_axis(const Problem& problem);

/// The stored coordinates of a block: `count` of them, DRAM coordinate first + index * step. An output o of
/// the block and a tap t meet at stored index origin + o * lane_step + t * tap_step; outside [0, count) lies
/// padding. With one tap only the coordinates the stride lands on are stored; with more, the whole span of
/// the block.
struct Window {
  int64_t first = 0;
  uint32_t count = 0, step = 1;
  int32_t origin = 0, lane_step = 1, tap_step = 0;
  bool clipped = false;  ///< some index lies outside: padding
};

Window window_of(const WindowAxis& axis, uint32_t first_output, uint32_t outputs);

/// How many stored coordinates of `next` the block before it, `previous`, also stores (they are its first
/// ones).
uint32_t overlap(const Window& previous, const Window& next);

/// All blocks of `block` outputs along an axis.
struct WindowSums {
  uint32_t block = 1, blocks = 1;
  uint32_t max_count = 0;  ///< the largest block's stored coordinates
  uint64_t sum_count = 0,
           sum_fresh = 0;  ///< summed, with and without what a block shares with the one before
};

WindowSums sum_windows(const WindowAxis& axis, uint32_t block);

/// Distinct input coordinates that some window touches.
uint64_t touched_coordinates(const WindowAxis& axis);

/// Pairs of output and tap that meet an input coordinate, not padding.
uint64_t pairs_in_bounds(const WindowAxis& axis);

}  // namespace systole
