#pragma once
#include <cstdint>
#include <vector>

namespace systole {

struct TileContext;
struct TilePlan;

/// The order in which the machine sums the products of every output, as stated by the lowering; the plain
/// reference follows it and must agree bit for bit. The k of a product counts (r * S + s) * C + c.
/// A step sums its `mma_k` products pairwise: neighbours first, an odd last one carried to the next round.
/// Steps are added one after the other to the segment's running sum; a segment's sum is then added to the
/// total. The first step of a segment and the first segment start their sums (nothing is added to a zero).
struct AccumulationOrder {
  uint32_t mma_k = 1;
  std::vector<int32_t> k_index;       ///< steps * mma_k entries; -1: fill, as if the product were not there
  std::vector<uint32_t> segment_end;  ///< steps from the start up to each segment's end, ascending
  uint64_t steps() const { return k_index.size() / mma_k; }
};

/// The order in which the programs of this plan sum; the same for all outputs.
AccumulationOrder accumulation_order(const TileContext& context, const TilePlan& plan);

}  // namespace systole
