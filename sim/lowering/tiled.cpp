#include "sim/lowering/tiled.h"

#include "sim/lowering/dram_layout.h"
#include "sim/lowering/index_table.h"
#include "sim/lowering/tile_program.h"
#include "sim/mapping/explain.h"
#include "sim/mapping/tiler.h"

namespace systole {
namespace {

/// The moves that a program with residency sram leaves to the host.
HostCopies host_copies(const TileContext& context, const TilePlan& plan, const DramLayout& layout) {
  const TileMoves moves(context, plan, layout);
  const TileStep step = TileWalk(plan).step(0);
  HostCopies copies;
  const auto input = moves.load_input(step, moves.input_window(step), plan.input_buffer.address(0), 0, 0);
  if (input) copies.preload.push_back(*input);
  copies.preload.push_back(moves.load_weight(step, plan.weight_buffer.address(0)));
  if (context.problem.channel_numbers() != 0)
    copies.preload.push_back(moves.load_bias(step, plan.bias.address(0)));
  if (const auto index = load_index_table(context, plan, layout)) copies.preload.push_back(*index);
  copies.readback.push_back(moves.store_output(step, plan.output_buffer.address(0)));
  return copies;
}

}  // namespace

TileContext tile_context(const LoweringRequest& request, Indexing indexing) {
  return {make_problem(request.layer), request.arch,      request.dataflow,
          request.layer.halo,          request.residency, indexing};
}

LoweredLayer lower_tiled(const LoweringRequest& request, Indexing indexing) {
  const TileContext context = tile_context(request, indexing);
  LoweredLayer lowered;
  lowered.mapping = choose_mapping(context, request.layer.mapping);
  lowered.explanation = explain(context, lowered.mapping);
  const TilePlan plan = make_plan(context, lowered.mapping);
  lowered.layout = dram_layout(context, plan);
  if (context.has_index_table()) {
    lowered.constants.push_back({lowered.layout.index, index_table(context, plan)});
    lowered.workspace_bytes = lowered.constants.back().bytes.size();
  }
  if (request.residency == Residency::sram) {
    lowered.host_copies = host_copies(context, plan, lowered.layout);
  }
  lowered.order = accumulation_order(context, plan);
  lowered.bounds =
      bounds_of_one_pass(lower_bounds(context.problem, request.arch, request.dataflow, request.residency));
  lowered.planned_macs = context.problem.macs();
  lowered.program = [context, plan, layout = lowered.layout] {
    return std::make_unique<TileProgram>(context, plan, layout);
  };
  return lowered;
}

std::vector<std::string> explain_tiled(const LoweringRequest& request, Indexing indexing) {
  const TileContext context = tile_context(request, indexing);
  return explain(context, choose_mapping(context, request.layer.mapping));
}

}  // namespace systole
