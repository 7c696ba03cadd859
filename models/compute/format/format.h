#pragma once
// Number formats of operands and their accumulators; one file each, listed in the registry below.
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/clones.h"
#include "models/isa.h"

namespace systole {

/// Operands and accumulators inside the array are raw 32-bit lanes; only a format's kernels give them
/// meaning.
using Lane = uint32_t;

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

struct FormatTraits {
  Format id;
  const char* name;  ///< as in YAML and results
  const char* accumulator_name;
  uint32_t operand_bytes;
  bool is_float;
  Lane minus_zero;  ///< x + minus_zero == x for every x, bit for bit
};

/// The one NaN as which results are stored: which of several NaNs a sum hands on is for the host's
/// instructions to choose.
inline constexpr Lane kFp32Nan = 0x7FC00000U;

inline constexpr std::array<FormatTraits, kFormatCount> kFormats = {{
    {Format::fp32, "fp32", "fp32", 4, true, 0x80000000U},
    {Format::int8, "int8", "int32", 1, false, 0},
    {Format::int16, "int16", "int32", 2, false, 0},
    {Format::int32, "int32", "int32", 4, false, 0},
}};
/// Those of them that a layer can have.
inline std::vector<FormatTraits> layer_formats() {
  return {kFormats.begin(), kFormats.begin() + kLayerFormatCount};
}
constexpr const FormatTraits& traits_of(Format id) { return kFormats[static_cast<int>(id)]; }

/// The arithmetic of one format.
struct FormatKernels {
  /// Operands at `addresses` (negative: a zero) to out[0], out[stride], …; returns how many were read.
  uint64_t (*load_ports)(const uint8_t* memory, const int64_t* addresses, std::size_t n, Lane* out,
                         std::size_t stride);
  /// Operands `pitch` bytes apart to out[0], out[stride], …
  void (*load_run)(const uint8_t* from, int64_t pitch, std::size_t n, Lane* out, std::size_t stride);
  StepKernel (*step)(bool systolic, uint32_t depth);  ///< the kernel for an MMA depth
  /// The kernel for an MMA depth and a width of registers that the host has; all widths give the same bits.
  BlockKernel (*block)(uint32_t depth, HostVectors width);
  void (*add)(Lane* total, const Lane* part, std::size_t n);  ///< total = total + part
  /// Before results are stored: every NaN becomes the format's canonical one.
  void (*canonicalize)(Lane* results, std::size_t n);
};
extern const FormatKernels kFp32Kernels, kInt8Kernels, kInt16Kernels, kInt32Kernels;
inline const FormatKernels& kernels_of(Format id) {
  constexpr const FormatKernels* kAll[kFormatCount] = {&kFp32Kernels, &kInt8Kernels, &kInt16Kernels,
                                                       &kInt32Kernels};
  return *kAll[static_cast<int>(id)];
}

}  // namespace systole
