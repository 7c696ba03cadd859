#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

ArrayShape shape(const PeArrayParams& p, const ProductFormats& formats) {
  return array_shape(p, formats, false, true);
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) { return held_sums_fold_count(g, s, g.m, g.n); }

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  return held_sums_fold(g, s, index, g.m, g.n);
}

constexpr DataflowFolds kFolds = {true, shape, count, fold};

}  // namespace

const DataflowTraits kOutputStationary = {Dataflow::output_stationary,
                                          "output_stationary",
                                          GemmDim::m,
                                          GemmDim::n,
                                          GemmDim::k,
                                          "each PE keeps its outputs; k streams through rows and columns",
                                          &kFolds};

}  // namespace systole
