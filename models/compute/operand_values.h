#pragma once
#include "models/compute/operand_walk.h"

namespace systole {

/// Copies many of a walk's elements at once, run by run. Element e of k is depth position e % depth of MMA
/// step e / depth, counted from the operand's first.
class OperandValues {
 public:
  /// out[l * stride + e - first] for the lanes [lane, lane + lanes) and elements [first, end) of k.
  static void copy_lanes(const OperandWalk& walk, uint64_t lane, uint64_t lanes, uint64_t first, uint64_t end,
                         Lane fill, Lane* out, std::size_t stride);
  /// out[l / kBlockLanes * stride + (e - first) * kBlockLanes + l % kBlockLanes] for all lanes and the
  /// elements [first, end) of k.
  static void copy_panels(const OperandWalk& walk, uint64_t first, uint64_t end, Lane fill, Lane* out,
                          std::size_t stride);
};

}  // namespace systole
