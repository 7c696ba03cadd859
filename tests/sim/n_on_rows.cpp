// The registry of dataflows as the tests link it: the machine's own and one that lays gemm.n on the rows and
// gemm.m on the columns, so that no code can take for granted which operand enters where. It takes the place
// of registry.cpp.
#include <algorithm>

#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

ArrayShape shape(const PeArrayParams& p, const ProductFormats& formats) {
  return array_shape(p, formats, false, false);
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) {
  return ceil_div(g.n, uint64_t{s.rows} * s.x_lanes) * ceil_div(g.m, s.width());
}

Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  const uint64_t x_extent = uint64_t{s.rows} * s.x_lanes, x_folds = ceil_div(g.n, x_extent);
  Fold f;
  f.x_begin = index % x_folds * x_extent;
  f.x_count = std::min(x_extent, g.n - f.x_begin);
  f.y_begin = index / x_folds * s.width();
  f.y_count = std::min<uint64_t>(s.width(), g.m - f.y_begin);
  f.k_count = f.waves = g.steps;
  f.rows_used = static_cast<uint32_t>(ceil_div(f.x_count, s.x_lanes));
  f.cols_used = static_cast<uint32_t>(ceil_div(f.y_count, s.y_lanes));
  f.entry = index * s.rows;
  return f;
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
