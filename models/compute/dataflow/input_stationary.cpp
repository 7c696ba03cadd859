#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

/// The transpose of weight-stationary: the input is held, the weight streams, columns of results come out.
ArrayShape shape(const PeArrayParams& p, const ProductFormats& formats) {
  return array_shape(p, formats, true, false);
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) { return stationary_fold_count(g, s, g.m); }

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  return stationary_fold(g, s, index, g.n, g.m);
}

constexpr DataflowFolds kFolds = {false, shape, count, fold};

}  // namespace

const DataflowTraits kInputStationary = {
    Dataflow::input_stationary,
    "input_stationary",
    GemmDim::k,
    GemmDim::m,
    GemmDim::n,
    "each PE keeps an input block; weights stream, sums run down the columns",
    &kFolds};

}  // namespace systole
