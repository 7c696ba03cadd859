#pragma once
// A convolution as Winograd's minimal filtering on tiles: which F(m,r) along either axis, and the three
// transforms.
#include <memory>
#include <string>
#include <vector>

#include "sim/lowering/lowering.h"
#include "sim/lowering/transform/cook_toom.h"

namespace systole {

/// Along an axis without taps (a 1 x r filter's vertical) F is F(1,1): nothing is transformed.
/// Of an int8 layer the matrices are whole, and the inverse ends in a division by `scale`, which is exact.
/// All in between is modulo 2^32: only what is divided has to fit int32, and operands their format.
struct WinogradTiles {
  CookToom vertical, horizontal;
  int64_t scale = 1;               ///< of the sums before that division
  Format operands = Format::fp32;  ///< of transformed data and filters
  uint32_t rows = 0, cols = 0;     ///< tiles of an image
  std::shared_ptr<const LaneProgram> data, filter, inverse;

  uint32_t points() const { return vertical.tile() * horizontal.tile(); }
};

/// Why Winograd's filtering does not take the layer; empty: it does.
std::string winograd_declines(const LoweringRequest& request);

/// The m of F(m,r) to choose from: the layer's `winograd.m`, or all of 2, 3, 4, 6; of an int8 layer those
/// whose scaled sums fit.
std::vector<uint32_t> winograd_choices(const Layer& layer);

WinogradTiles winograd_tiles(const LoweringRequest& request, const Problem& problem, uint32_t m);

/// Of the choices, the m whose passes take the least time: products on a full array, transforms on the vector
/// unit, and what goes through DRAM in between, one after the other.
uint32_t cheapest_in_passes(const LoweringRequest& request, const Problem& problem);

}  // namespace systole
