#pragma once
#include <algorithm>

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
  uint64_t entered = 0;            ///< array time of its first wave
  uint64_t closed = 0;             ///< array time after its last wave; 0: more may come
  uint64_t first_result = kNever;  ///< array time of the first result vector, as soon as that is known
  uint64_t results = 0;            ///< result vectors that are out
  uint32_t slot = 0;               ///< register set
  bool last_of_op = false;

  /// Cycles from a wave's entry to the turn of its last PE with work.
  uint64_t last_pe_after() const {
    return uint64_t{fold.rows_used - 1} * shape.row_skew() + uint64_t{fold.cols_used - 1} * shape.col_skew();
  }
  /// Array time of the first result vector after a wave that enters, or a stream that is closed, at `tau`.
  uint64_t results_after(uint64_t tau) const {
    return tau + shape.crossing() + shape.timing.end_latency() - 1;
  }
  /// Cycles in which a result vector may leave.
  uint64_t result_count() const {
    return shape.stationary ? (fold.waves - 1) * shape.timing.interval + 1
                            : uint64_t{shape.rows} * fold.blocks();
  }
  /// Where results leave from: a wave at a time, as they entered, or the rows of PEs from the bottom up,
  /// block by block.
  struct Place {
    uint64_t block = 0, row = 0;  ///< row: of PEs, or the wave
  };
  Place place_of_result(uint64_t index) const {
    if (shape.stationary) return {0, shape.timing.interval == 1 ? index : index / shape.timing.interval};
    if (fold.blocks() == 1) return {0, shape.rows - 1 - index};
    return {index / shape.rows, shape.rows - 1 - index % shape.rows};
  }
  /// False between waves, and for rows of PEs that a partly filled fold leaves empty.
  bool has_result(uint64_t index) const {
    if (shape.stationary) return shape.timing.interval == 1 || index % shape.timing.interval == 0;
    const Place place = place_of_result(index);
    if (fold.blocks() == 1) return place.row < fold.rows_used;
    return (place.block / fold.y_blocks * shape.rows + place.row) * shape.x_lanes < fold.x_count &&
           place.block % fold.y_blocks * shape.width() < fold.y_count;
  }
  ResultVector result_vector(uint64_t index) const {
    const Place place = place_of_result(index);
    if (fold.blocks() == 1)
      return {fold.x_begin + place.row * shape.x_lanes, fold.entry + place.row, 0, fold.y_count};
    const uint64_t x = place.block / fold.y_blocks, y = place.block % fold.y_blocks * shape.width();
    return {fold.x_begin + (x * shape.rows + place.row) * shape.x_lanes,
            fold.entry + place.block * shape.rows + place.row, y,
            std::min<uint64_t>(shape.width(), fold.y_count - y)};
  }
};

}  // namespace systole
