#include "models/functional/lane_kernel.h"

#include "models/number/sum/float_lanes.h"

namespace systole {
namespace {

constexpr uint32_t kItemsAtOnce = 64;

}  // namespace

Lane load_lane(MemoryImage& image, const LaneView& view, int64_t address) {
  const NumberFormat& format = traits_of(view.format);
  Lane value;
  format.load_run(image.at_bits(view.buffer, address, format.bits), address & 7, format.bits, 1, &value, 1);
  return value;
}

void store_lane(MemoryImage& image, const LaneView& view, int64_t address, Lane value) {
  const NumberFormat& format = traits_of(view.format);
  format.store_run(image.at_bits(view.buffer, address, format.bits), address & 7, format.bits, 1, &value);
}

void LaneKernelExecutor::gather(const VectorKernel& kernel) {
  const LaneView& view = kernel.source;
  for (std::size_t r = 0; r < kernel.program->inputs; ++r) {
    const LaneTap& tap = (*view.taps)[r];
    uint32_t* to = &registers_[r * kItemsAtOnce];
    for (uint32_t lane = 0; lane < source_.lanes(); ++lane) {
      to[lane] = source_.inside(lane, tap) ? load_lane(image_, view, source_.address(lane, tap)) : 0;
    }
  }
}

void LaneKernelExecutor::scatter(const VectorKernel& kernel) {
  const LaneView& view = kernel.target;
  const std::vector<uint16_t>& outputs = kernel.program->outputs;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const LaneTap& tap = (*view.taps)[o];
    uint32_t* from = &registers_[outputs[o] * std::size_t{kItemsAtOnce}];
    if (kernel.program->number == LaneNumber::fp32) canonicalize_floats(from, target_.lanes());
    for (uint32_t lane = 0; lane < target_.lanes(); ++lane) {
      if (!target_.inside(lane, tap)) continue;
      store_lane(image_, view, target_.address(lane, tap), from[lane]);
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
