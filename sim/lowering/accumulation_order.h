#pragma once
#include <cstdint>
#include <vector>

#include "models/number/sum/rule.h"

namespace systole {

struct TileContext;
struct TilePlan;

/// The order in which the machine sums the products of every output, as stated by the lowering; the plain
/// reference follows it and must agree bit for bit. The k of a product counts (r * S + s) * C + c.
/// The `mma_k` products of one step after the other are added to the segment's running sum by `summation`; a
/// segment's sum is then added to the total. The first step of a segment and the first segment start their
/// sums (nothing is added to a zero).
/// Rules: `pairwise` rounds a step's products and sums them pairwise, neighbours first, an odd last one
/// carried to the next round; the step's sum is then added. `sequential` rounds products and adds them one by
/// one, `fused` adds them one by one without rounding them. Any other takes the running sum and a step's
/// products as one aligned block (AlignedSum).
struct AccumulationOrder {
  Summation summation;
  uint32_t mma_k = 1;
  std::vector<int32_t> k_index;       ///< steps * mma_k entries; -1: fill, as if the product were not there
  std::vector<uint32_t> segment_end;  ///< steps from the start up to each segment's end, ascending
  uint64_t steps() const { return k_index.size() / mma_k; }
};

/// The order in which the programs of this plan sum; the same for all outputs.
AccumulationOrder accumulation_order(const TileContext& context, const TilePlan& plan);

}  // namespace systole
