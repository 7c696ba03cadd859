#pragma once
// An AccumulationOrder rewritten as what the kernel eats: chunks of products in summing order.
#include <cstdint>
#include <vector>

#include "sim/lowering/accumulation_order.h"
#include "sim/workload/problem.h"

namespace systole {

/// One product of an output: where its factors lie, relative to the window's origin and to the filter.
struct PackedProduct {
  int64_t input_offset = 0;  ///< elements
  uint64_t weight_offset = 0;
  int32_t dy = 0, dx = 0;  ///< rows and pixels below and right of the window's origin
  bool fill = true;        ///< the product -0, which leaves every sum as it is, bit for bit
};

/// Steps are widened to a power of two with fill: a pairwise sum with odd ends carried on keeps its value,
/// and zeros are no terms of an aligned block. Steps of nothing but fill are dropped, and segments end on
/// whole chunks; the steps that fill up a segment's last chunk are none of an aligned rule, since a block of
/// nothing but the sum may cut it.
struct PackedOrder {
  uint32_t step = 1;   ///< products of a step, a power of two up to 64: 1 where a rule adds them one by one
  uint32_t chunk = 8;  ///< products, a multiple of `step`
  std::vector<PackedProduct> products;
  /// Of each chunk: its products are none of them fill, and follow one another in both tensors.
  std::vector<uint8_t> in_a_row;
  std::vector<uint32_t> segment_end;    ///< in chunks
  std::vector<uint32_t> last_products;  ///< of each segment: those of its steps that lie in its last chunk
  uint32_t chunks() const { return static_cast<uint32_t>(products.size() / chunk); }
};

/// Throws std::logic_error unless `order` holds every k of the problem exactly once.
PackedOrder pack_order(const Problem& problem, const AccumulationOrder& order);

/// Every k in ascending order, one at a time: for sums that do not depend on the order.
AccumulationOrder natural_order(const Problem& problem);

}  // namespace systole
