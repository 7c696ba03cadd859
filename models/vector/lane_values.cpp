#include "models/vector/lane_values.h"

#include <algorithm>

#include "models/functional/vector.h"
#include "models/number/sum/float_lanes.h"

namespace systole {

void LaneValues::start(const Vector& vector) {
  program_ = vector.program;
  for (std::vector<Lane>& inputs : inputs_) inputs.assign(std::size_t{program_->inputs} * lanes_, 0);
  for (std::vector<Lane>& registers : registers_) {
    registers.assign(std::size_t{program_->registers} * lanes_, 0);
    load_constants(*program_, registers.data(), lanes_);
  }
}

void LaneValues::read(uint64_t group, const LaneView& view, uint32_t input, uint32_t lane, int64_t address) {
  load_lanes(image_, view, address, 0, 1, at(inputs_, group, input, lane));
}

void LaneValues::execute(uint64_t group) {
  const std::vector<Lane>& inputs = inputs_[group % kGroups];
  Lane* registers = at(registers_, group, 0, 0);
  std::copy(inputs.begin(), inputs.end(), registers);
  run_lanes(*program_, registers, lanes_);
}

void LaneValues::write(uint64_t group, const LaneView& view, uint32_t output, uint32_t lane,
                       int64_t address) {
  Lane value = *at(registers_, group, program_->outputs[output], lane);
  if (traits_of(view.format).is_float()) canonicalize_floats(&value, 1);
  store_lanes(image_, view, address, 0, 1, &value);
}

}  // namespace systole
