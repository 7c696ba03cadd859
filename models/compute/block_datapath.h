#pragma once
#include <systemc>
#include <vector>

#include "models/compute/array_shape.h"
#include "models/compute/dataflow/folds.h"
#include "models/compute/operand_walk.h"

namespace systole {

/// The array's arithmetic a whole fold at a time. The operands of a fold lie still in their slots from its
/// first cycle on, so its results do not depend on when each PE works. Same roundings in the same order as
/// PeArray.
class BlockDatapath : public sc_core::sc_module {
 public:
  explicit BlockDatapath(sc_core::sc_module_name name) : sc_module(name) {}

  void configure(const ArrayShape& shape, uint32_t slots);
  /// The distance between rows of results.
  std::size_t stride() const { return panels_ * kBlockLanes; }

  /// A held operand of `k_count` rows.
  void hold(const OperandWalk& y, const Fold& fold, uint32_t slot);
  /// Streams x past the operand held in `slot`; result row r is that of x lane r of the fold.
  void stream_waves(const OperandWalk& x, const Fold& fold, uint32_t slot);
  /// Streams x and y into sums that stay; `fresh`: new sums. `same_y`: y is that of the last call. Result row
  /// r is that of x lane r of the fold.
  void stream_sums(const OperandWalk& x, const OperandWalk& y, const Fold& fold, uint32_t slot, bool fresh,
                   bool same_y);
  const Lane* result_row(uint32_t slot, uint64_t row) const { return results_[slot].data() + row * stride(); }

 private:
  /// Lanes of the fold's y in one panel.
  std::size_t panel_lanes(const Fold& fold) const { return fold.k_count * shape_.depth * kBlockLanes; }
  void copy(const OperandWalk& y, const Fold& fold, std::vector<Lane>& panels) const;
  void work(const OperandWalk& x, const Fold& fold, const Lane* y, Lane* results);

  ArrayShape shape_;
  BlockKernel kernel_ = nullptr;
  Lane fill_ = 0;
  std::size_t panels_ = 0;  ///< of kBlockLanes lanes, across the array
  std::vector<Lane> x_, y_;
  std::vector<std::vector<Lane>> held_, results_;  ///< by slot
};

}  // namespace systole
