#pragma once
// The arithmetic of products and sums, on lanes: what PEs, accumulators and the executor of MatMuls share.
#include <cstddef>
#include <cstdint>

#include "models/clones.h"
#include "models/number/lane.h"
#include "models/number/sum/rule.h"

namespace systole {

/// What kernels of an aligned rule are told besides: the block, and how far down the exponents of the numbers
/// in x and y go (NumberFormat::lane_min_exponent).
struct AlignedArgs {
  AlignedSum sum;
  int32_t x_min_exponent = 0, y_min_exponent = 0;
  bool has_short_products = true;  ///< significands whose product one of fp32 holds
};

/// One array cycle for `rows` rows of PEs: the products x(i, x, z, v) * y[i][z][v] of all z are added to
/// dst[i][x][v], as the rule says.
struct StepArgs {
  uint32_t rows = 0, x_lanes = 1, depth = 1,
           width = 0;       ///< depth: of an MMA step, width = lanes over the columns
  Lane* dst = nullptr;      ///< [rows][x_lanes], planes of lanes
  const Lane* x = nullptr;  ///< [rows]: systolic: x_lanes*depth windows; broadcast: scalars
  const Lane* y = nullptr;  ///< [rows][depth], planes of lanes
  std::ptrdiff_t dst_row = 0, x_row = 0, y_row = 0;        ///< from row to row
  std::size_t dst_stride = 0, x_stride = 0, y_stride = 0;  ///< from plane to plane
  AlignedArgs aligned = {};
};
using StepKernel = void (*)(const StepArgs&);

/// A whole MatMul: dst[row][v] += sums of steps, one step the products x(row, step, z) * y(step, z, v) of all
/// z, with the same roundings in the same order as StepKernel. k is `groups` groups of `group_steps` steps;
/// every `sum_steps` of a group, and the last ones, make a sum of their own, which is added to dst when it is
/// complete. `running`: the steps are added to dst one by one.
struct BlockArgs {
  uint64_t rows = 0, groups = 1, group_steps = 0, sum_steps = 1;
  bool running = false;
  uint32_t depth = 1, panels = 0;  ///< panels: of kBlockLanes lanes each
  Lane* dst = nullptr;             ///< [rows], lanes side by side
  const Lane* x = nullptr;         ///< [rows][steps][depth]
  const Lane* y = nullptr;         ///< [panels][steps][depth][kBlockLanes]
  std::size_t dst_stride = 0, x_row_stride = 0, y_panel_stride = 0;
  AlignedArgs aligned = {};
};
using BlockKernel = void (*)(const BlockArgs&);
inline constexpr uint32_t kBlockLanes = 16;

struct Arithmetic {
  StepKernel (*step)(bool systolic, uint32_t depth);  ///< the kernel for an MMA depth
  /// The kernel for an MMA depth and a width of registers that the host has; all widths give the same bits.
  BlockKernel (*block)(uint32_t depth, HostVectors width);
  void (*add)(Lane* total, const Lane* part, std::size_t n);  ///< total = total + part
  /// Before results are stored: every NaN becomes the canonical one.
  void (*canonicalize)(Lane* results, std::size_t n);
  Lane minus_zero;  ///< x + minus_zero == x for every x, bit for bit
  /// As y, all z of it: a step's products change no sum.
  Lane fill;
  AlignedSum aligned = {};
};
extern const Arithmetic int32_arithmetic;

/// Of a rule that takes these formats, else throws std::logic_error.
Arithmetic arithmetic_of(const Summation& summation, const ProductFormats& formats);
/// What kernels are told of operands of which x has the one format and y the other.
AlignedArgs aligned_args(const Arithmetic& arithmetic, Format x, Format y);

}  // namespace systole
