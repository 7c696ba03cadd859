#pragma once
// Where the partial sums of a mapping meet: in the PEs, in the accumulators, or in the output buffer.
#include "sim/mapping/tile_plan.h"

namespace systole {

struct PartialSums {
  uint64_t at_columns =
      0;  ///< additions to each result at the columns' foot, in an entry or beyond the last one
  uint64_t in_buffer = 0;  ///< additions to each result in the output buffer, whatever the entries
  uint64_t entries = 1;    ///< that a column needs for a tile
  uint64_t beyond = 0;     ///< of these, more than it has: they live in the output buffer

  bool use_buffer() const { return in_buffer > 0 || (at_columns > 0 && beyond > 0); }
};

/// Of the plan in its order.
PartialSums partial_sums(const TileContext& context, const TilePlan& plan);

}  // namespace systole
