// The registry of dataflows as the tests link it: the machine's own and one that lays gemm.n on the rows and
// gemm.m on the columns, so that no code can take for granted which operand enters where. It takes the place
// of registry.cpp.
#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

ArrayShape shape(const PeArrayParams& p, const ProductFormats& formats) {
  return array_shape(p, formats, false, false);
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) { return held_sums_fold_count(g, s, g.n, g.m); }

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  return held_sums_fold(g, s, index, g.n, g.m);
}

constexpr DataflowFolds kFolds = {false, shape, count, fold};

}  // namespace

const std::vector<DataflowTraits>& dataflows() {
  static const std::vector<DataflowTraits> kRegistry = {
      kOutputStationary,
      kWeightStationary,
      kInputStationary,
      {static_cast<Dataflow>(3), "n_on_rows", GemmDim::n, GemmDim::m, GemmDim::k,
       "output-stationary, transposed", &kFolds}};
  return kRegistry;
}

}  // namespace systole
