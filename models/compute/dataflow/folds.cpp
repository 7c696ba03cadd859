#include "models/compute/dataflow/folds.h"

#include <algorithm>

namespace systole {

MatMulGeometry MatMulGeometry::of(const MatMul& op, uint32_t depth) {
  MatMulGeometry g;
  g.step_elements = depth;
  g.m = op.input.lanes();
  g.n = op.weight.lanes();
  g.depth_elements = op.input.depth();
  g.group_elements = op.flatten_k ? g.depth_elements : op.input.k[2].size;
  g.group_steps = ceil_div(g.group_elements, depth);
  g.steps = g.group_steps * (g.depth_elements / g.group_elements);
  return g;
}

uint64_t MatMulGeometry::elements_in(uint64_t begin, uint64_t count) const {
  if (count == steps) return depth_elements;
  const uint64_t first = begin % group_steps;
  return std::min(group_elements, (first + count) * step_elements) - first * step_elements;
}

ArrayShape array_shape(const PeArrayParams& p, const ProductFormats& formats, bool stationary,
                       bool input_is_x) {
  ArrayShape shape;
  shape.formats = formats;
  shape.summation = p.mma.summation(formats).value();
  shape.x_format = input_is_x ? formats.input : formats.weight;
  shape.y_format = input_is_x ? formats.weight : formats.input;
  shape.stationary = stationary;
  shape.systolic = p.interconnect == Interconnect::systolic;
  shape.rows = p.rows;
  shape.cols = p.cols;
  shape.x_lanes = input_is_x ? p.mma.m : p.mma.n;
  shape.y_lanes = input_is_x ? p.mma.n : p.mma.m;
  shape.depth = p.mma.depth(formats);
  shape.timing = p.mma.timing();
  const MmaInstruction& instruction = p.mma.instruction;
  shape.x_blocks = instruction_blocks(input_is_x ? instruction.m : instruction.n, shape.height());
  shape.y_blocks = instruction_blocks(input_is_x ? instruction.n : instruction.m, shape.width());
  shape.k_steps = p.mma.instruction_steps();
  shape.warps = p.mma.warps;
  return shape;
}

FoldSlots slots_of(const MatMulGeometry& g, const ArrayShape& shape, bool input_is_x, const Fold& fold) {
  const uint64_t x_lanes = input_is_x ? g.m : g.n, y_lanes = input_is_x ? g.n : g.m;
  const uint64_t rows =
      std::min<uint64_t>(shape.rows, shape.stationary ? g.group_steps : ceil_div(x_lanes, shape.x_lanes));
  const uint64_t cols = std::min<uint64_t>(shape.cols, ceil_div(y_lanes, shape.y_lanes));
  const uint64_t of_a_pe = fold.waves * shape.x_lanes * shape.y_lanes * shape.depth;
  const uint64_t used = uint64_t{fold.rows_used} * fold.cols_used;
  FoldSlots slots;
  slots.all = of_a_pe * shape.rows * shape.cols;
  slots.unmapped = of_a_pe * (uint64_t{shape.rows} * shape.cols - rows * cols);
  slots.edges = of_a_pe * (rows * cols - used);
  slots.padding = of_a_pe * used - fold.x_count * fold.y_count * g.elements_in(fold.k_begin, fold.k_count);
  return slots;
}

uint64_t held_sums_fold_count(const MatMulGeometry&, const ArrayShape& s, uint64_t x_lanes,
                              uint64_t y_lanes) {
  return ceil_div(x_lanes, s.x_instruction() * s.warps) * ceil_div(y_lanes, uint64_t{s.width()} * s.y_blocks);
}

/// All rows of folds of one column of folds before the next column. An instruction works on all its blocks,
/// with results or not; those without any are not there.
Fold held_sums_fold(const MatMulGeometry& g, const ArrayShape& s, uint64_t index, uint64_t x_lanes,
                    uint64_t y_lanes) {
  const uint64_t x_extent = s.x_instruction() * s.warps, x_folds = ceil_div(x_lanes, x_extent),
                 y_extent = uint64_t{s.width()} * s.y_blocks;
  Fold f;
  f.x_begin = index % x_folds * x_extent;
  f.x_count = std::min(x_extent, x_lanes - f.x_begin);
  f.y_begin = index / x_folds * y_extent;
  f.y_count = std::min(y_extent, y_lanes - f.y_begin);
  f.x_blocks = s.x_blocks * static_cast<uint32_t>(ceil_div(f.x_count, s.x_instruction()));
  f.y_blocks = s.y_blocks;
  f.k_count = g.steps;
  f.waves = ceil_div(g.steps, s.k_steps) * s.k_steps * f.blocks();
  f.rows_used = static_cast<uint32_t>(std::min<uint64_t>(s.rows, ceil_div(f.x_count, s.x_lanes)));
  f.cols_used = static_cast<uint32_t>(std::min<uint64_t>(s.cols, ceil_div(f.y_count, s.y_lanes)));
  f.entry = index * s.rows * s.blocks();
  return f;
}

uint64_t stationary_fold_count(const MatMulGeometry& g, const ArrayShape& shape, uint64_t y_lanes) {
  const uint64_t per_group = ceil_div(g.group_steps, shape.rows);
  return ceil_div(y_lanes, shape.width()) * per_group * (g.steps / g.group_steps);
}

Fold stationary_fold(const MatMulGeometry& g, const ArrayShape& shape, uint64_t index, uint64_t x_lanes,
                     uint64_t y_lanes) {
  const uint64_t per_group = ceil_div(g.group_steps, shape.rows);
  const uint64_t k_folds = per_group * (g.steps / g.group_steps);
  const uint64_t y = index / k_folds, k = index % k_folds, in_group = k % per_group;
  Fold fold;
  fold.x_count = x_lanes;
  fold.waves = ceil_div(x_lanes, shape.x_lanes);
  fold.y_begin = y * shape.width();
  fold.y_count = std::min<uint64_t>(shape.width(), y_lanes - fold.y_begin);
  fold.k_begin = k / per_group * g.group_steps + in_group * shape.rows;
  fold.k_count = std::min<uint64_t>(shape.rows, g.group_steps - in_group * shape.rows);
  fold.rows_used = static_cast<uint32_t>(fold.k_count);
  fold.cols_used = static_cast<uint32_t>(ceil_div(fold.y_count, shape.y_lanes));
  fold.first_k = k == 0;
  fold.last_k = k == k_folds - 1;
  fold.entry = y * fold.waves;
  return fold;
}

}  // namespace systole
