#include "sim/lowering/stage/stage.h"

namespace systole {

StageAxis StageAxis::windows(uint32_t taps, uint32_t step, uint32_t dilation, uint32_t pad, uint32_t extent,
                             int64_t pitch) {
  StageAxis axis;
  axis.taps = taps;
  axis.item_pitch = step * pitch;
  axis.tap_pitch = dilation * pitch;
  axis.step = step;
  axis.dilation = dilation;
  axis.pad = pad;
  axis.extent = extent;
  axis.window = true;
  return axis;
}

StageAxis StageAxis::planes(uint32_t taps, int64_t item_pitch, int64_t tap_pitch) {
  StageAxis axis;
  axis.taps = taps;
  axis.item_pitch = item_pitch;
  axis.tap_pitch = tap_pitch;
  return axis;
}

StageAxis StageAxis::blocks(uint32_t taps, uint32_t size, uint32_t extent, int64_t pitch) {
  StageAxis axis;
  axis.taps = taps;
  axis.item_pitch = pitch;
  axis.tap_pitch = size * pitch;
  axis.step = 1;
  axis.dilation = size;
  axis.extent = extent;
  return axis;
}

}  // namespace systole
