#include "sim/mapping/partial_sums.h"

#include <algorithm>

namespace systole {

PartialSums partial_sums(const TileContext& context, const TilePlan& plan) {
  const PeArrayParams& array = context.arch.pe_array;
  const DataflowTraits& traits = context.traits;
  const bool k_on_rows = traits.time != GemmDim::k;
  const KExtent k{uint64_t{context.problem.R} * context.problem.S, plan.tiles.channels, context.flatten_k()};
  const uint64_t segments = k_on_rows ? k.folds(array.mma.k, array.rows) : 1;  // of one tile
  const uint64_t inside_tiles = plan.count_k * (segments - 1);
  const uint64_t between_tiles = !k_on_rows && plan.one_fold && plan.sums_in_a_row ? 0 : plan.count_k - 1;

  // Entries a column needs: a block per fold of what lies on columns, per row or time step of the rest.
  const GemmDim other = traits.cols == GemmDim::n ? GemmDim::m : GemmDim::n;
  const auto extent = [&](GemmDim dim) -> uint64_t {
    return dim == GemmDim::n ? plan.tiles.filters
                             : uint64_t{plan.tiles.images} * plan.tiles.rows * plan.tiles.cols;
  };
  const uint64_t blocks = k_on_rows ? div_up(extent(other), mma_extent(array, other))
                                    : div_up(extent(other), array_extent(traits, array, other)) * array.rows *
                                          blocks_of_a_pe(traits, array);
  PartialSums sums;
  sums.at_columns = inside_tiles + (plan.sums_in_a_row ? between_tiles : 0);
  sums.in_buffer = plan.sums_in_a_row ? 0 : between_tiles;
  sums.entries = blocks * div_up(extent(traits.cols), array_extent(traits, array, traits.cols));
  sums.beyond = sums.entries - std::min<uint64_t>(sums.entries, context.arch.accumulators.entries);
  return sums;
}

}  // namespace systole
