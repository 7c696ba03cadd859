#pragma once
// The nest of tile loops, one step at a time.
#include "sim/mapping/tile_plan.h"

namespace systole {

/// Part of a dimension: `size` elements from `begin`, the `index`-th block.
struct BlockRange {
  uint32_t index = 0, begin = 0, size = 1;
};

/// One step of the walk: a tile of each operand, and their identities within the layer.
struct TileStep {
  uint64_t number = 0;
  BlockRange groups, images, rows, cols, filters, channels;
  uint64_t input = 0, weight = 0, result = 0, bias = 0;  ///< tile identities
  bool first_k = true, last_k = true;
  uint64_t m() const { return uint64_t{images.size} * rows.size * cols.size; }
};

class TileWalk {
 public:
  explicit TileWalk(const TilePlan& plan) : plan_(plan) {}
  uint64_t steps() const { return plan_.steps(); }
  TileStep step(uint64_t number) const;

 private:
  TilePlan plan_;
};

}  // namespace systole
