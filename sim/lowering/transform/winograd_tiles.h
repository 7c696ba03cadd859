#pragma once
// A convolution as Winograd's minimal filtering on tiles: which F(m,r) along either axis, and the three
// transforms.
#include <memory>
#include <string>

#include "sim/lowering/lowering.h"
#include "sim/lowering/transform/cook_toom.h"

namespace systole {

/// Along an axis without taps (a 1 x r filter's vertical) F is F(1,1): nothing is transformed.
struct WinogradTiles {
  CookToom vertical, horizontal;
  uint32_t rows = 0, cols = 0;  ///< tiles of an image
  std::shared_ptr<const LaneProgram> data, filter, inverse;

  uint32_t points() const { return vertical.tile() * horizontal.tile(); }
};

/// Why Winograd's filtering does not take the layer; empty: it does.
std::string winograd_declines(const LoweringRequest& request);

/// The tiles of the layer's `winograd.m`, or of the m in 2, 3, 4, 6 that costs the least: cycles of a full
/// array for the products, and of the vector unit for the transforms.
WinogradTiles winograd_tiles(const LoweringRequest& request, const Problem& problem);

}  // namespace systole
