#pragma once
// The tiler's idea of a mapping's time. Only an estimate: the simulation tells the truth.
#include "sim/mapping/bounds.h"
#include "sim/mapping/traffic.h"

namespace systole {

/// Bytes a core cycle that DRAM, and the DMA with its bursts in flight, sustain.
double bytes_per_cycle(const AcceleratorParams& arch);

/// Of one layer's mappings.
class Estimator {
 public:
  explicit Estimator(const TileContext& context);

  /// Folds of the array, partly filled ones in full, whatever the order.
  uint64_t compute_cycles(const TilePlan& plan) const;
  /// Partial sums read and written in the output buffer.
  uint64_t psum_bytes(const TilePlan& plan) const;
  /// With those of the array, which its buffers feed at best as the bound says, and whole bursts at the rate
  /// that bus and DMA sustain, overlapped as far as the places allow, first load and last store exposed. Not
  /// less than any lower bound.
  uint64_t cycles(const TilePlan& plan, const Traffic& traffic, uint64_t compute_cycles) const;

 private:
  const TileContext& context_;
  double rate_;
  Bounds bounds_;  ///< of the problem, however it is mapped
};

}  // namespace systole
