#include "sim/mapping/explain.h"

#include <fmt/format.h>

#include "sim/mapping/bounds.h"
#include "sim/mapping/choice.h"
#include "sim/mapping/traffic.h"

namespace systole {
namespace {

std::string buffer_line(const char* name, const BufferPlan& plan) {
  const bool whole = plan.slots == 1;
  return fmt::format("{} buffer: {} of {} bytes a {} per tile, {} place{}", name, plan.place_bytes,
                     plan.slot_bytes, whole ? "buffer" : "slot", plan.places, plan.places == 1 ? "" : "s");
}

std::string traffic_line(const std::array<uint64_t, kTensorCount>& bytes, uint64_t total) {
  std::string line = fmt::format("{} bytes", total);
  const char* separator = ": ";
  for (int t = 0; t < kTensorCount; ++t) {
    if (bytes[t] == 0) continue;
    line += fmt::format("{}{} {}", separator, kTensorNames[t], bytes[t]);
    separator = ", ";
  }
  return line;
}

std::string psum_line(const TilePlan& plan) {
  if (plan.count_k == 1) return "partial sums: none, k is whole";
  if (plan.spills) {
    return fmt::format(
        "partial sums: {} result tiles under way do not fit the output buffer; they go through DRAM",
        plan.live_results);
  }
  if (plan.sums_in_a_row) {
    return plan.one_fold ? "partial sums: stay in the PEs or accumulators over all k tiles"
                         : "partial sums: in the accumulators, beyond their entries in the output buffer";
  }
  return fmt::format("partial sums: {} result tiles under way in the output buffer", plan.live_results);
}

}  // namespace

std::vector<std::string> explain(const TileContext& context, const Mapping& mapping) {
  const TilePlan plan = make_plan(context, mapping);
  std::vector<std::string> lines;
  lines.push_back(fmt::format("dataflow {}: gemm.{} on rows, gemm.{} on columns, gemm.{} in time",
                              context.traits.name, name_of(context.traits.rows), name_of(context.traits.cols),
                              name_of(context.traits.time)));
  lines.push_back("tile: " + describe(context.problem, mapping));
  lines.push_back(fmt::format("steps: {} (groups {}, m {}, n {}, k {})", mapping.steps, plan.groups.count(),
                              plan.count_m, plan.count_n, plan.count_k));
  lines.push_back(buffer_line("input", plan.input_buffer));
  lines.push_back(buffer_line("weight", plan.weight_buffer));
  if (plan.bias.places) {
    lines.push_back(fmt::format("weight buffer: {} bytes at the end of each slot for biases",
                                plan.bias.reserved_per_slot()));
  }
  lines.push_back(buffer_line("output", plan.output_buffer));
  lines.push_back(psum_line(plan));
  if (plan.shares_halo) {
    lines.push_back(plan.keeps_halo ? "halo: input shared with the tile before is copied on chip"
                                    : "halo: input shared with the tile before is read again");
  }
  lines.push_back("DRAM reads: " + traffic_line(mapping.read_bytes, mapping.dram_read_bytes));
  lines.push_back("DRAM writes: " + traffic_line(mapping.write_bytes, mapping.dram_write_bytes));
  if (context.residency == Residency::dram) {
    lines.push_back(fmt::format("compulsory traffic: {} bytes", compulsory_traffic(context.problem).total()));
  }
  const Bounds bounds = lower_bounds(context.problem, context.arch, mapping.dataflow, context.residency);
  lines.push_back(fmt::format("lower bounds: {}; the tiler's estimate: {}", bounds_text(bounds),
                              mapping.estimated_cycles));
  lines.push_back(bound_line(bounds));
  if (context.residency == Residency::dram && context.arch.dram.kind == DramKind::ideal) {
    lines.push_back(fmt::format("DRAM is ideal: the DMA engines move at most {} bytes a cycle each way",
                                dma_bytes_per_cycle(context.arch)));
  }
  lines.insert(lines.end(), mapping.reasons.begin(), mapping.reasons.end());
  return lines;
}

}  // namespace systole
