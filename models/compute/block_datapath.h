#pragma once
#include <systemc>
#include <vector>

#include "models/compute/array_shape.h"
#include "models/compute/dataflow/folds.h"
#include "models/compute/operand_feeder.h"

namespace systole {

/// The array's arithmetic a whole fold at a time. The operands of a fold lie still in their slots from its
/// first cycle on, so its results do not depend on when each PE works: the compute core keeps counting
/// cycles, claiming banks and draining rows one by one, only the numbers are ready early. Same roundings in
/// the same order as PeArray.
class BlockDatapath : public sc_core::sc_module {
 public:
  explicit BlockDatapath(sc_core::sc_module_name name) : sc_module(name) {}

  void configure(const ArrayShape& shape, uint32_t slots);
  /// The distance between rows of lanes, in y blocks and in results.
  std::size_t stride() const { return stride_; }

  /// A held operand of `k_count` rows.
  void hold(OperandFeeder& y, const Fold& fold, uint32_t slot);
  /// Streams x past the operand held in `slot`; the results of wave t are the rows from t * x_lanes on.
  void stream_waves(OperandFeeder& x, const Fold& fold, uint32_t slot);
  /// Streams x and y into sums that stay; `fresh`: new sums. Row i * x_lanes + x of the results is that of PE
  /// row i.
  void stream_sums(OperandFeeder& x, OperandFeeder& y, const Fold& fold, uint32_t slot, bool fresh);
  const Lane* result_row(uint32_t slot, uint64_t row) const { return results_[slot].data() + row * stride_; }

 private:
  static constexpr uint64_t kChunk = 64;  ///< steps whose operands are taken at once: a matter of cache

  ArrayShape shape_;
  BlockKernel kernel_ = nullptr;
  Lane fill_ = 0;
  std::size_t stride_ = 0, x_block_ = 0;
  std::vector<Lane> x_blocks_, y_blocks_;
  std::vector<std::vector<Lane>> held_, results_;  ///< by slot
};

}  // namespace systole
