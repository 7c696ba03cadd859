#pragma once
// The arithmetic of products and sums, on lanes: what PEs, accumulators and the executor of MatMuls share.
#include <cstddef>
#include <cstdint>

#include "models/clones.h"
#include "models/number/lane.h"

namespace systole {

/// One array cycle for `rows` rows of PEs: dst[i][x][v] += sum over z of x(i, x, z, v) * y[i][z][v].
/// Products of a step are rounded one by one and summed pairwise, neighbours first; the step's sum is then
/// added.
struct StepArgs {
  uint32_t rows = 0, x_lanes = 1, depth = 1, width = 0;  ///< depth = mma.k, width = lanes over the columns
  Lane* dst = nullptr;                                   ///< [rows][x_lanes], planes of lanes
  const Lane* x = nullptr;  ///< [rows]: systolic: x_lanes*depth windows; broadcast: scalars
  const Lane* y = nullptr;  ///< [rows][depth], planes of lanes
  std::ptrdiff_t dst_row = 0, x_row = 0, y_row = 0;        ///< from row to row
  std::size_t dst_stride = 0, x_stride = 0, y_stride = 0;  ///< from plane to plane
};
using StepKernel = void (*)(const StepArgs&);

/// A whole MatMul: dst[row][v] += sums of steps, one step the pairwise sum over z of x(row, step, z) *
/// y(step, z, v), with the same roundings in the same order as StepKernel. k is `groups` groups of
/// `group_steps` steps; every `sum_steps` of a group, and the last ones, make a sum of their own, which is
/// added to dst when it is complete. `running`: the steps are added to dst one by one.
struct BlockArgs {
  uint64_t rows = 0, groups = 1, group_steps = 0, sum_steps = 1;
  bool running = false;
  uint32_t depth = 1, panels = 0;  ///< panels: of kBlockLanes lanes each
  Lane* dst = nullptr;             ///< [rows], lanes side by side
  const Lane* x = nullptr;         ///< [rows][steps][depth]
  const Lane* y = nullptr;         ///< [panels][steps][depth][kBlockLanes]
  std::size_t dst_stride = 0, x_row_stride = 0, y_panel_stride = 0;
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
};
extern const Arithmetic fp32_arithmetic, int32_arithmetic;

inline const Arithmetic& arithmetic_of(LaneNumber lane) {
  return lane == LaneNumber::fp32 ? fp32_arithmetic : int32_arithmetic;
}

}  // namespace systole
