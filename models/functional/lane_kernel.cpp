#include "models/functional/lane_kernel.h"

#include <cstring>

#include "models/compute/format/format.h"

namespace systole {
namespace {

constexpr uint32_t kItemsAtOnce = 64;

}  // namespace

uint32_t load_lane(const uint8_t* from, uint32_t bytes) {
  if (bytes == 1) return static_cast<uint32_t>(int32_t{static_cast<int8_t>(*from)});
  if (bytes == 2) {
    int16_t half;
    std::memcpy(&half, from, sizeof half);
    return static_cast<uint32_t>(int32_t{half});
  }
  uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void LaneKernelExecutor::gather(const VectorKernel& kernel) {
  const LaneView& view = kernel.source;
  for (std::size_t r = 0; r < kernel.program->inputs; ++r) {
    const LaneTap& tap = (*view.taps)[r];
    uint32_t* to = &registers_[r * kItemsAtOnce];
    for (uint32_t lane = 0; lane < source_.lanes(); ++lane) {
      const auto at = static_cast<int64_t>(source_.address(lane, tap));
      to[lane] = source_.inside(lane, tap)
                     ? load_lane(image_.at(view.buffer, at, view.element_bytes), view.element_bytes)
                     : 0;
    }
  }
}

void LaneKernelExecutor::scatter(const VectorKernel& kernel) {
  const LaneView& view = kernel.target;
  const std::vector<uint16_t>& outputs = kernel.program->outputs;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const LaneTap& tap = (*view.taps)[o];
    uint32_t* from = &registers_[outputs[o] * std::size_t{kItemsAtOnce}];
    if (kernel.program->number == LaneNumber::fp32) kFp32Kernels.canonicalize(from, target_.lanes());
    for (uint32_t lane = 0; lane < target_.lanes(); ++lane) {
      if (!target_.inside(lane, tap)) continue;
      const auto at = static_cast<int64_t>(target_.address(lane, tap));
      std::memcpy(image_.at(view.buffer, at, view.element_bytes), &from[lane], view.element_bytes);
    }
  }
}

void LaneKernelExecutor::execute(const VectorKernel& kernel) {
  registers_.assign(std::size_t{kernel.program->registers} * kItemsAtOnce, 0);
  source_.begin(kernel, kernel.source, kItemsAtOnce);
  target_.begin(kernel, kernel.target, kItemsAtOnce);
  for (; source_.lanes() != 0; source_.next(), target_.next()) {
    gather(kernel);
    run_lanes(*kernel.program, registers_.data(), kItemsAtOnce);
    scatter(kernel);
  }
}

}  // namespace systole
