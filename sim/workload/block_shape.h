#pragma once
// Where the blocks of a block-scaled tensor lie in its shape.
#include <cstdint>
#include <vector>

#include "models/number/format.h"
#include "sim/workload/layer.h"

namespace systole {

/// The tensor as slabs [channels][inner], one after the other; blocks run along the channels, of one group
/// and tap. Its exponents are [slab][block][inner].
struct BlockShape {
  uint32_t channels = 1, inner = 1;
  bool along_last = true;  ///< the channels are the shape's last axis, else the one before

  uint64_t blocks(const NumberFormat& format) const { return (channels + format.block - 1) / format.block; }
};
BlockShape input_blocks(const Layer& layer);
BlockShape weight_blocks(const Layer& layer);

/// The shape of the exponents of a tensor of `shape`.
std::vector<uint64_t> exponent_shape(std::vector<uint64_t> shape, const BlockShape& blocks,
                                     const NumberFormat& format);

}  // namespace systole
