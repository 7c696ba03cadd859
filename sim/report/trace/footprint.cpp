#include "sim/report/trace/footprint.h"

#include <algorithm>

#include "models/compute/format/format.h"
#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

/// Grows from one element to a strided block; may reach out of the buffer until it is clipped.
struct Hull {
  int64_t begin, end;
  void extend(int64_t size, int64_t stride) {
    const int64_t reach = (size - 1) * stride;
    (reach < 0 ? begin : end) += reach;
  }
};

Area area_of(Space buffer, const Hull& hull, uint64_t bytes, uint64_t accessed,
             const AcceleratorParams& arch) {
  const auto size = static_cast<int64_t>(arch.buffers[static_cast<int>(buffer)].size);
  const auto begin = static_cast<uint64_t>(std::clamp(hull.begin, int64_t{0}, size));
  const auto end = static_cast<uint64_t>(std::clamp(hull.end, static_cast<int64_t>(begin), size));
  return {buffer, begin, end, std::min(bytes, end - begin), accessed};
}

Area area_of(const BoxSide& side, const Move& move, const AcceleratorParams& arch) {
  const auto base = static_cast<int64_t>(side.base);
  Hull hull{base, base + move.size[kBoxRank - 1]};
  for (int d = 0; d + 1 < kBoxRank; ++d) hull.extend(move.size[d], side.stride[d]);
  return area_of(side.space, hull, move.bytes(), move.bytes(), arch);
}

/// What lies outside of the bound is padding, which nothing stores.
void cut(Hull& hull, const Axis& lane, const Axis& k, const Bound& bound) {
  if (bound.limit == 0) return;
  const int64_t pitch = bound.lane_step != 0 ? lane.stride / bound.lane_step
                        : bound.k_step != 0  ? k.stride / bound.k_step
                                             : 0;
  const int64_t last =
      bound.origin + int64_t{lane.size - 1} * bound.lane_step + int64_t{k.size - 1} * bound.k_step;
  if (bound.origin < 0) hull.begin -= bound.origin * pitch;
  if (last >= bound.limit) hull.end -= (last - bound.limit + 1) * pitch;
}

Area area_of(const OperandView& view, Format format, uint64_t times, const AcceleratorParams& arch) {
  const uint32_t element = traits_of(format).operand_bytes;
  Hull hull{view.base, view.base + element};
  for (const auto* axes : {&view.lane, &view.k}) {
    for (const Axis& axis : *axes) hull.extend(axis.size, axis.stride);
  }
  for (int b = 0; b < 2; ++b) cut(hull, view.lane[1 + b], view.k[b], view.bound[b]);
  const uint64_t elements = view.lanes() * view.depth();
  return area_of(view.buffer, hull, elements * element, elements * element * times, arch);
}

Area area_of(const ResultView& view, const AcceleratorParams& arch, uint32_t element = 4) {
  Hull hull{view.base, view.base + element};
  uint64_t bytes = element;
  for (const Axis& axis : {view.m[0], view.m[1], view.m[2], view.n}) {
    hull.extend(axis.size, axis.stride);
    bytes *= axis.size;
  }
  return area_of(view.buffer, hull, bytes, bytes, arch);
}

Area area_of(const LaneView& view, const VectorKernel& kernel, const AcceleratorParams& arch) {
  int64_t lowest = 0, highest = 0;
  for (const LaneTap& tap : *view.taps) {
    lowest = std::min(lowest, tap.offset);
    highest = std::max(highest, tap.offset);
  }
  Hull hull{view.base + lowest, view.base + highest + view.element_bytes};
  for (int d = 0; d < 5; ++d) hull.extend(kernel.items[d], view.stride[d]);
  const uint64_t bytes = kernel.count() * view.taps->size() * view.element_bytes;
  return area_of(view.buffer, hull, bytes, bytes, arch);
}

/// How often the feeders bring an operand past the array: once for each fold along the other one.
uint64_t times_fed(const MatMul& op, GemmDim other, uint64_t extent, const AcceleratorParams& arch) {
  const DataflowTraits& traits = traits_of(op.dataflow);
  return traits.time == other ? 1 : div_up(extent, array_extent(traits, arch.pe_array, other));
}

struct Reader {
  const AcceleratorParams& arch;

  Footprint operator()(const Load& load) const { return moved(load.move); }
  Footprint operator()(const Store& store) const { return moved(store.move); }
  Footprint operator()(const MatMul& op) const {
    const uint64_t m = op.input.lanes(), n = op.weight.lanes();
    return {{area_of(op.input, op.format, times_fed(op, GemmDim::n, n, arch), arch),
             area_of(op.weight, op.format, times_fed(op, GemmDim::m, m, arch), arch)},
            {area_of(op.result, arch)}};
  }
  Footprint operator()(const VectorOp& op) const {
    Footprint footprint{{area_of(op.source, arch)}, {area_of(op.target, arch, op.requantize ? 1 : 4)}};
    if (!op.has_bias) return footprint;
    const auto base = static_cast<int64_t>(op.bias_base);
    const uint64_t bytes = uint64_t{op.source.n.size} * 4;
    footprint.reads.push_back(
        area_of(op.bias_buffer, {base, base + static_cast<int64_t>(bytes)}, bytes, bytes, arch));
    return footprint;
  }
  Footprint operator()(const VectorKernel& kernel) const {
    return {{area_of(kernel.source, kernel, arch)}, {area_of(kernel.target, kernel, arch)}};
  }
  Footprint operator()(const Barrier&) const { return {}; }

  Footprint moved(const Move& move) const {
    Footprint footprint;
    if (move.from.space != Space::dram) footprint.reads.push_back(area_of(move.from, move, arch));
    if (move.to.space != Space::dram) footprint.writes.push_back(area_of(move.to, move, arch));
    return footprint;
  }
};

}  // namespace

Footprint footprint_of(const Instruction& instruction, const AcceleratorParams& arch) {
  return std::visit(Reader{arch}, instruction.op);
}

}  // namespace systole
