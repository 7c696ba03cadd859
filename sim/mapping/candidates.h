#pragma once
// Which tile sizes the tiler tries.
#include "sim/mapping/tile_plan.h"

namespace systole {

/// A tile's share of gemm.m.
struct Box {
  uint32_t images, rows, cols;
};

/// Sizes to try for every part of a tile; the first entry of each list is the whole, or what the user fixed.
struct Candidates {
  std::vector<uint32_t> groups, filters, channels;
  std::vector<Box> boxes;
  std::vector<std::array<GemmDim, 3>> orders;
};

/// Throws MappingError when the request cannot be turned into a box of the layer.
Candidates candidates_of(const TileContext& context, const MappingRequest& request);

}  // namespace systole
