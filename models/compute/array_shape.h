#pragma once
#include <cstdint>

#include "models/compute/params.h"
#include "models/number/format.h"

namespace systole {

/// The array as one dataflow uses it. The operand that enters at the rows is called x, the other y: y streams
/// in from the top (output-stationary) or is held by the PEs (the others). Each PE works on a block of
/// `x_lanes` x `y_lanes` results, `depth` products deep.
struct ArrayShape {
  ProductFormats formats;
  Summation summation;
  Format x_format = Format::fp32, y_format = Format::fp32;
  bool stationary = false;  ///< y is held, sums run down the columns
  bool systolic = true;     ///< x (and a streaming y) hops from column to column; else it lies on a bus
  uint32_t rows = 1, cols = 1, x_lanes = 1, y_lanes = 1, depth = 1;
  MmaTiming timing;
  /// An instruction: accumulator blocks of a PE along x and y, and steps of k. Instructions of a fold along
  /// x.
  uint32_t x_blocks = 1, y_blocks = 1, k_steps = 1, warps = 1;

  /// Cycles by which a row (a column) works later than the one before it.
  uint32_t row_skew() const { return systolic || stationary ? 1 : 0; }
  uint32_t col_skew() const { return systolic ? 1 : 0; }
  /// Cycles from the entry of a wave to its last PE's turn.
  uint32_t crossing() const { return (rows - 1) * row_skew() + (cols - 1) * col_skew(); }
  uint32_t width() const { return cols * y_lanes; }
  /// Lanes of x that all PEs work on in a step, and those of an instruction.
  uint32_t height() const { return rows * x_lanes; }
  uint64_t x_instruction() const { return uint64_t{height()} * x_blocks; }
  /// Accumulator blocks a PE.
  uint32_t blocks() const { return x_blocks * y_blocks * warps; }
  /// Whether there are cycles in which the units may not take the next step of a stream.
  bool is_paced() const { return blocks() > 1 || timing.set_cycles(1) > 1; }
  /// Register sets of the PEs that can be live at once.
  uint32_t register_sets() const { return (2 * rows + cols + timing.end_latency()) / rows + 3; }

  bool operator==(const ArrayShape& o) const {
    return formats == o.formats && summation == o.summation && x_format == o.x_format &&
           y_format == o.y_format && stationary == o.stationary && systolic == o.systolic && rows == o.rows &&
           cols == o.cols && x_lanes == o.x_lanes && y_lanes == o.y_lanes && depth == o.depth &&
           timing == o.timing && x_blocks == o.x_blocks && y_blocks == o.y_blocks && k_steps == o.k_steps &&
           warps == o.warps;
  }
};

}  // namespace systole
