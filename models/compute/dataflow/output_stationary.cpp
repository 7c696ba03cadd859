#include <algorithm>

#include "models/compute/dataflow/folds.h"

namespace systole {
namespace {

ArrayShape shape(const PeArrayParams& p, const ProductFormats& formats) {
  return array_shape(p, formats, false, true);
}

uint64_t count(const MatMulGeometry& g, const ArrayShape& s) {
  return ceil_div(g.m, uint64_t{s.rows} * s.x_lanes) * ceil_div(g.n, s.width());
}

/// All rows of folds of one column of folds before the next column.
Fold fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index) {
  const uint64_t x_extent = uint64_t{s.rows} * s.x_lanes, x_folds = ceil_div(g.m, x_extent);
  Fold f;
  f.x_begin = index % x_folds * x_extent;
  f.x_count = std::min(x_extent, g.m - f.x_begin);
  f.y_begin = index / x_folds * s.width();
  f.y_count = std::min<uint64_t>(s.width(), g.n - f.y_begin);
  f.k_count = f.waves = g.steps;
  f.rows_used = static_cast<uint32_t>(ceil_div(f.x_count, s.x_lanes));
  f.cols_used = static_cast<uint32_t>(ceil_div(f.y_count, s.y_lanes));
  f.entry = index * s.rows;
  return f;
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
