#include "sim/mapping/array_shape.h"

namespace systole {

uint64_t power_of_two_at_least(uint64_t value) {
  uint64_t power = 1;
  while (power < value) power *= 2;
  return power;
}

uint32_t mma_extent(const PeArrayParams& array, GemmDim dim) {
  return dim == GemmDim::m ? array.mma.m : dim == GemmDim::n ? array.mma.n : array.mma.k;
}

uint32_t blocks_along(const DataflowTraits& traits, const PeArrayParams& array, GemmDim dim) {
  if (traits.time != GemmDim::k || dim == GemmDim::k) return 1;
  const bool on_rows = dim == traits.rows;
  const uint64_t step = uint64_t{on_rows ? array.rows : array.cols} * mma_extent(array, dim);
  const MmaInstruction& instruction = array.mma.instruction;
  return instruction_blocks(dim == GemmDim::m ? instruction.m : instruction.n, step) *
         (on_rows ? array.mma.warps : 1);
}

uint32_t blocks_of_a_pe(const DataflowTraits& traits, const PeArrayParams& array) {
  return blocks_along(traits, array, GemmDim::m) * blocks_along(traits, array, GemmDim::n);
}

uint64_t array_extent(const DataflowTraits& traits, const PeArrayParams& array, GemmDim dim) {
  const uint64_t pes = dim == traits.rows ? array.rows : dim == traits.cols ? array.cols : 1;
  return pes * mma_extent(array, dim) * blocks_along(traits, array, dim);
}

FeedStep feed_step(const DataflowTraits& traits, const PeArrayParams& array, GemmDim lane_dim) {
  FeedStep step{array_extent(traits, array, lane_dim), array_extent(traits, array, GemmDim::k)};
  const bool stationary = traits.time != lane_dim && traits.time != GemmDim::k;
  if (stationary) {  // preloaded one row of PEs after the other
    (traits.rows == lane_dim ? step.lanes : step.depth) = mma_extent(array, traits.rows);
  }
  return step;
}

uint64_t KExtent::steps(uint64_t mma_k) const {
  return flatten ? div_up(taps * channels, mma_k) : taps * div_up(channels, mma_k);
}

uint64_t KExtent::folds(uint64_t mma_k, uint64_t rows) const {
  return flatten ? div_up(steps(mma_k), rows) : taps * div_up(div_up(channels, mma_k), rows);
}

}  // namespace systole
