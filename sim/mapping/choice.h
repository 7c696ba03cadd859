#pragma once
// Weighing legal mappings against each other.
#include "sim/mapping/tile_plan.h"

namespace systole {

struct Choice {
  Tiles tiles;
  uint64_t cost = 0;   ///< estimated bytes on the DRAM bus; partial sums in the output buffer at 1/32
  uint64_t bytes = 0;  ///< asked of DRAM
  uint64_t steps = 0;
  uint64_t cycles = 0;  ///< estimated
};

/// Least cost among those within a quarter of the fastest; then fewer bytes, cycles, steps; then the first.
const Choice& best_choice(const std::vector<Choice>& choices);

/// One line each: what was chosen, and the best of the others with what speaks against them.
std::vector<std::string> reasons_for(const TileContext& context, const std::vector<Choice>& choices,
                                     const Choice& best);

char name_of(GemmDim dim);

/// "m 28 (1 x 28 x 1), n 64, k 576; order n, m, k"
std::string describe(const Problem& problem, const Tiles& tiles);

}  // namespace systole
