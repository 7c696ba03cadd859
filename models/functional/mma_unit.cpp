#include "models/functional/mma_unit.h"

#include <algorithm>

namespace systole {
namespace {

std::size_t steps_of(const MmaRows& rows) {
  return rows.a.empty() ? 0 : (rows.a.front().size() + rows.depth - 1) / rows.depth;
}

}  // namespace

std::vector<Lane> by_block_kernel(const Arithmetic& arithmetic, const ProductFormats& formats,
                                  const MmaRows& rows, HostVectors width) {
  const std::size_t count = rows.c.size(), elements = steps_of(rows) * rows.depth;
  BlockArgs args;
  args.rows = count;
  args.group_steps = args.sum_steps = steps_of(rows);
  args.running = true;
  args.depth = rows.depth;
  args.panels = static_cast<uint32_t>((count + kBlockLanes - 1) / kBlockLanes);
  args.dst_stride = args.panels * kBlockLanes;
  args.x_row_stride = elements;
  args.y_panel_stride = elements * kBlockLanes;
  args.aligned = aligned_args(arithmetic, formats.input, formats.weight);
  std::vector<Lane> x(count * elements, 0), y(args.panels * args.y_panel_stride, arithmetic.minus_zero),
      dst(count * args.dst_stride, arithmetic.minus_zero), results;
  for (std::size_t i = 0; i < count; ++i) {
    std::copy(rows.a[i].begin(), rows.a[i].end(), x.begin() + static_cast<std::ptrdiff_t>(i * elements));
    Lane* panel = y.data() + i / kBlockLanes * args.y_panel_stride + i % kBlockLanes;
    for (std::size_t e = 0; e < rows.b[i].size(); ++e) panel[e * kBlockLanes] = rows.b[i][e];
    dst[i * args.dst_stride + i] = rows.c[i];
  }
  args.x = x.data();
  args.y = y.data();
  args.dst = dst.data();
  arithmetic.block(rows.depth, width)(args);
  for (std::size_t i = 0; i < count; ++i) results.push_back(dst[i * args.dst_stride + i]);
  return results;
}

std::vector<Lane> by_step_kernel(const Arithmetic& arithmetic, const ProductFormats& formats,
                                 const MmaRows& rows, bool systolic) {
  StepArgs args;
  args.rows = args.width = 1;
  args.depth = rows.depth;
  args.x_stride = args.y_stride = args.dst_stride = 1;
  args.aligned = aligned_args(arithmetic, formats.input, formats.weight);
  const StepKernel kernel = arithmetic.step(systolic, rows.depth);
  std::vector<Lane> results = rows.c;
  for (std::size_t i = 0; i < rows.c.size(); ++i) {
    args.dst = &results[i];
    for (std::size_t step = 0; step < steps_of(rows); ++step) {
      std::vector<Lane> x(rows.depth, 0), y(rows.depth, arithmetic.fill);
      for (std::size_t z = 0; z < rows.depth; ++z) {
        const std::size_t e = step * rows.depth + z;
        if (e < rows.a[i].size()) x[z] = rows.a[i][e], y[z] = rows.b[i][e];
      }
      args.x = x.data();
      args.y = y.data();
      kernel(args);
    }
  }
  return results;
}

}  // namespace systole
