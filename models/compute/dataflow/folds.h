#pragma once
// How a dataflow cuts a MatMul into folds of the array. One file a dataflow.
#include "models/compute/array_shape.h"
#include "models/compute/dataflow/traits.h"

namespace systole {

/// A MatMul in MMA terms.
struct MatMulGeometry {
  uint64_t m = 0, n = 0;
  uint64_t step_elements = 1;   ///< of k in an MMA step
  uint64_t depth_elements = 0;  ///< gemm.k
  uint64_t group_elements = 0;  ///< what may be packed into MMA steps without padding: k, or k[2]
  uint64_t group_steps = 0;     ///< MMA steps of one such group
  uint64_t steps = 0;           ///< MMA steps of all groups

  static MatMulGeometry of(const MatMul& op, uint32_t depth);
  /// Elements of k in the steps [begin, begin + count), which lie in one group or are all there are.
  uint64_t elements_in(uint64_t begin, uint64_t count) const;
};

/// One pass of the array. x and y as in ArrayShape; lanes count gemm.m or gemm.n.
struct Fold {
  uint64_t x_begin = 0, x_count = 0;    ///< lanes of x: spread over rows, or streamed
  uint64_t y_begin = 0, y_count = 0;    ///< lanes of y over the columns
  uint64_t k_begin = 0, k_count = 0;    ///< MMA steps: streamed, or spread over rows
  uint64_t waves = 0;                   ///< T, the length of the stream
  uint32_t x_blocks = 1, y_blocks = 1;  ///< accumulator blocks of a PE, each with a wave of every step of k
  uint32_t rows_used = 0, cols_used = 0;
  bool first_k = true, last_k = true;  ///< of the folds that sum into the same results, in this MatMul
  uint64_t entry = 0;                  ///< accumulator entry of the first result row or wave
  uint32_t blocks() const { return x_blocks * y_blocks; }
};

/// The MACs that all PEs could execute in a fold's waves, and those lost: in PEs that no fold of the MatMul
/// uses, in PEs that other folds use, and in blocks of m, n and k that the operands do not fill.
struct FoldSlots {
  uint64_t all = 0, unmapped = 0, edges = 0, padding = 0;
};
FoldSlots slots_of(const MatMulGeometry& geometry, const ArrayShape& shape, bool input_is_x,
                   const Fold& fold);

/// The behaviour of a dataflow: its shape on the array and its folds, numbered in the order they run.
struct DataflowFolds {
  bool input_is_x;  ///< the operand that enters at the rows is the input (else the weight)
  ArrayShape (*shape)(const PeArrayParams& params, const ProductFormats& formats);
  uint64_t (*count)(const MatMulGeometry& geometry, const ArrayShape& shape);
  Fold (*fold)(const MatMulGeometry& geometry, const ArrayShape& shape, uint64_t index);
};

inline const DataflowFolds& folds_of(Dataflow id) { return *traits_of(id).folds; }

extern const DataflowTraits kOutputStationary, kWeightStationary, kInputStationary;

/// The shape of a dataflow whose y is held or not, and whose x is the input or the weight.
ArrayShape array_shape(const PeArrayParams& params, const ProductFormats& formats, bool stationary,
                       bool input_is_x);

/// Folds whose sums stay in the PEs: instructions side by side along x, all columns of folds after another.
uint64_t held_sums_fold_count(const MatMulGeometry& geometry, const ArrayShape& shape, uint64_t x_lanes,
                              uint64_t y_lanes);
Fold held_sums_fold(const MatMulGeometry& geometry, const ArrayShape& shape, uint64_t index, uint64_t x_lanes,
                    uint64_t y_lanes);

/// Folds of a stationary operand of `y_lanes` lanes in all, with `x_lanes` streamed: shared by both
/// dataflows.
uint64_t stationary_fold_count(const MatMulGeometry& geometry, const ArrayShape& shape, uint64_t y_lanes);
Fold stationary_fold(const MatMulGeometry& geometry, const ArrayShape& shape, uint64_t index,
                     uint64_t x_lanes, uint64_t y_lanes);

constexpr uint64_t ceil_div(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

}  // namespace systole
