#include "models/vector/kernel_values.h"

#include <algorithm>
#include <cstring>

#include "models/functional/lane_kernel.h"
#include "models/number/sum/float_lanes.h"

namespace systole {

void KernelValues::start(const VectorKernel& kernel) {
  kernel_ = kernel;
  incoming_.resize(std::size_t{kernel.program->inputs} * lanes_);
  registers_.resize(std::size_t{kernel.program->registers} * lanes_);
  outgoing_.resize(kernel.program->outputs.size() * lanes_);
}

void KernelValues::read(uint32_t tap, uint32_t lane, int64_t address) {
  const LaneView& view = kernel_.source;
  incoming_[index(tap, lane)] = load_lane(image_, view, address);
}

void KernelValues::execute() {
  std::copy(incoming_.begin(), incoming_.end(), registers_.begin());
  run_lanes(*kernel_.program, registers_.data(), lanes_);
}

void KernelValues::hand_over() {
  const std::vector<uint16_t>& outputs = kernel_.program->outputs;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    std::copy_n(&registers_[std::size_t{outputs[o]} * lanes_], lanes_, &outgoing_[o * lanes_]);
  }
  if (kernel_.program->number == LaneNumber::fp32) canonicalize_floats(outgoing_.data(), outgoing_.size());
}

void KernelValues::write(uint32_t tap, uint32_t lane, int64_t address) {
  const LaneView& view = kernel_.target;
  store_lane(image_, view, address, outgoing_[index(tap, lane)]);
}

}  // namespace systole
