#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

ArrayShape shape(const PeArrayParams& p, const ProductFormats& formats) {
  return array_shape(p, formats, true, true);
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) { return stationary_fold_count(g, s, g.n); }

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  return stationary_fold(g, s, index, g.m, g.n);
}

constexpr DataflowFolds kFolds = {true, shape, count, fold};

}  // namespace

const DataflowTraits kWeightStationary = {
    Dataflow::weight_stationary,
    "weight_stationary",
    GemmDim::k,
    GemmDim::n,
    GemmDim::m,
    "each PE keeps a weight block; inputs stream, sums run down the columns",
    &kFolds};

}  // namespace systole
