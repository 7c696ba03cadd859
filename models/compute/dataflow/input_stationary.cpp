#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

/// The transpose of weight-stationary: the input is held, the weight streams, columns of results come out.
ArrayShape shape(const PeArrayParams& p, Format format) {
  return {format, true, p.interconnect == Interconnect::systolic, p.rows, p.cols, p.mma.n, p.mma.m, p.mma.k};
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) { return stationary_fold_count(g, s, g.m); }

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  return stationary_fold(g, s, index, g.n, g.m);
}

}  // namespace

const DataflowFolds kInputStationaryFolds = {false, shape, count, fold};

}  // namespace systole
