#include "sim/report/trace/footprint.h"

#include <algorithm>

#include "models/footprint.h"
#include "sim/mapping/array_shape.h"

namespace systole {
namespace {

Area area_of(const Access& access, const AcceleratorParams& arch) {
  const auto size = static_cast<int64_t>(arch.buffers[static_cast<int>(access.space)].size);
  const auto begin = static_cast<uint64_t>(std::clamp(access.hull.begin, int64_t{0}, size));
  const auto end = static_cast<uint64_t>(std::clamp(access.hull.end, static_cast<int64_t>(begin), size));
  const uint64_t bytes = access.bytes();
  return {access.space, begin, end, std::min(bytes, end - begin), bytes};
}

/// How often the feeders bring an operand past the array: once for each fold along the other one.
uint64_t times_fed(const MatMul& op, GemmDim other, uint64_t extent, const AcceleratorParams& arch) {
  const DataflowTraits& traits = traits_of(op.dataflow);
  return traits.time == other ? 1 : div_up(extent, array_extent(traits, arch.pe_array, other));
}

}  // namespace

Footprint footprint_of(const Instruction& instruction, const AcceleratorParams& arch) {
  Footprint footprint;
  for (const Access& read : reads_of(instruction)) {
    if (read.space != Space::dram && !read.sums) footprint.reads.push_back(area_of(read, arch));
  }
  for (const Access& write : writes_of(instruction)) {
    if (write.space != Space::dram) footprint.writes.push_back(area_of(write, arch));
  }
  if (const MatMul* op = std::get_if<MatMul>(&instruction.op)) {
    const uint64_t input_times = times_fed(*op, GemmDim::n, op->weight.lanes(), arch);
    const uint64_t weight_times = times_fed(*op, GemmDim::m, op->input.lanes(), arch);
    footprint.reads[0].accessed *= input_times;
    footprint.reads[1].accessed *= weight_times;
    if (op->indexing == Indexing::table) footprint.reads[2].accessed *= input_times * weight_times;
  }
  return footprint;
}

}  // namespace systole
