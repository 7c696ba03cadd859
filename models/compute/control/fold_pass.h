#pragma once
#include "models/compute/control/accumulators.h"
#include "models/kernel/time.h"

namespace systole {

/// A MatMul under way.
struct MatMulUnderWay {
  MatMul matmul;
  const DataflowFolds* dataflow;
  MatMulGeometry geometry;
  ArrayShape shape;
  uint64_t folds = 0, next_fold = 0;
  bool done = false;  ///< its results are written, or stay

  const OperandView& x_view() const { return dataflow->input_is_x ? matmul.input : matmul.weight; }
  const OperandView& y_view() const { return dataflow->input_is_x ? matmul.weight : matmul.input; }
  /// The array keeps its sums in the PEs when the next MatMul goes on with the same single fold.
  bool stays_in_pes() const {
    return !shape.stationary && folds == 1 && matmul.psum_out == PsumTarget::accumulators;
  }
};

/// A fold under way.
struct FoldPass {
  MatMulUnderWay* op = nullptr;  ///< not valid while an open chain waits for its next MatMul
  ArrayShape shape;
  Fold fold;
  ResultRoute route;
  uint64_t entered = 0;  ///< array time of its first wave
  uint64_t closed = 0;   ///< array time after its last wave; 0: more may come
  uint64_t results = 0;  ///< result vectors that are out
  uint32_t slot = 0;     ///< register set
  bool last_of_op = false;

  /// Cycles from a wave's entry to the turn of its last PE with work.
  uint64_t last_pe_after() const {
    return uint64_t{fold.rows_used - 1} * shape.row_skew() + uint64_t{fold.cols_used - 1} * shape.col_skew();
  }
  /// Array time of the first result vector; kNever as long as that is open.
  uint64_t first_result(uint32_t latency) const {
    if (!shape.stationary && closed == 0) return kNever;
    return (shape.stationary ? entered : closed) + shape.crossing() + latency - 1;
  }
  uint64_t result_count() const { return shape.stationary ? fold.waves : shape.rows; }
  /// Results leave a wave at a time, or the rows of PEs from the bottom up.
  uint64_t place_of_result(uint64_t index) const { return shape.stationary ? index : shape.rows - 1 - index; }
  /// False for rows of PEs that a partly filled fold leaves empty.
  bool has_result(uint64_t index) const {
    return shape.stationary || place_of_result(index) < fold.rows_used;
  }
  ResultVector result_vector(uint64_t index) const {
    const uint64_t place = place_of_result(index);
    return {fold.x_begin + place * shape.x_lanes, fold.entry + place};
  }
};

}  // namespace systole
