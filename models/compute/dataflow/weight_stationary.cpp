#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

ArrayShape shape(const PeArrayParams& p, Format format) {
  return {format, true, p.interconnect == Interconnect::systolic, p.rows, p.cols, p.mma.m, p.mma.n, p.mma.k};
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) { return stationary_fold_count(g, s, g.n); }

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  return stationary_fold(g, s, index, g.m, g.n);
}

}  // namespace

const DataflowFolds kWeightStationaryFolds = {true, shape, count, fold};

}  // namespace systole
