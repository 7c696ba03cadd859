#pragma once
// What the array takes of each gemm dimension, read off a dataflow's traits.
#include <cstdint>

#include "models/compute/dataflow/traits.h"
#include "models/compute/params.h"

namespace systole {

inline uint64_t div_up(uint64_t a, uint64_t b) { return (a + b - 1) / b; }
inline uint64_t round_up(uint64_t a, uint64_t unit) { return div_up(a, unit) * unit; }
uint64_t power_of_two_at_least(uint64_t value);

/// Elements of a gemm dimension in one MMA step.
uint32_t mma_extent(const PeArrayParams& array, GemmDim dim);

/// Accumulator blocks of a PE in a fold, along a gemm dimension and in all: more than one where instructions
/// and warps keep their sums in it.
uint32_t blocks_along(const DataflowTraits& traits, const PeArrayParams& array, GemmDim dim);
uint32_t blocks_of_a_pe(const DataflowTraits& traits, const PeArrayParams& array);

/// Elements of a gemm dimension that the whole array works on at once: a fold's extent, or one step in time.
uint64_t array_extent(const DataflowTraits& traits, const PeArrayParams& array, GemmDim dim);

/// What one step of a feeder reads of an operand whose lanes are gemm.m (input) or gemm.n (weight).
struct FeedStep {
  uint64_t lanes, depth;  ///< lanes, and k of each
};
FeedStep feed_step(const DataflowTraits& traits, const PeArrayParams& array, GemmDim lane_dim);

/// The k of a tile: filter taps by channels, padded to MMA steps per tap or, flattened, once at the end.
struct KExtent {
  uint64_t taps = 1, channels = 1;
  bool flatten = false;
  uint64_t steps(uint64_t mma_k) const;
  /// Folds of up to `rows` steps; unless flattened, none crosses a tap's end.
  uint64_t folds(uint64_t mma_k, uint64_t rows) const;
};

}  // namespace systole
