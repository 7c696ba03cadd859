#pragma once
// Winograd's minimal filtering without a way through DRAM: operands are transformed as their tiles come in,
// results as they go out.
#include "sim/lowering/stage/side_tile.h"
#include "sim/lowering/transform/winograd_stages.h"
#include "sim/mapping/tile_plan.h"

namespace systole {

/// The products of a layer as one tiled gemm over "pixels" that are Winograd's tiles; a tile of the plan
/// holds all points of its group. Beside the tiles of the plan the buffers hold what is still to be
/// transformed, and finished outputs.
struct FusedPlan {
  TileContext context;
  TilePlan plan;
  SideTile data, filter, output;                           ///< tiles of the input, the filters, the output
  ReservedPlan data_places, filter_places, output_places;  ///< at the ends of the slots
  uint64_t bias_offset = 0;                     ///< of the bias values within a place of the output
  uint64_t data_passes = 1, filter_passes = 1;  ///< how often all of the input, all filters are transformed
  uint64_t dram_bytes = 0, cycles = 0;          ///< estimates
};

/// The plan with the shortest estimated time: tiles along each dimension, and the order of the loops. Throws
/// MappingError when not even the smallest tiles fit, or for a mapping request, which this algorithm does not
/// take.
FusedPlan plan_fused(const LoweringRequest& request, const Problem& layer, const WinogradStages& stages);

}  // namespace systole
