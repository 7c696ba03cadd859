#include "sim/lowering/tiled.h"

#include <fmt/format.h>

#include <algorithm>

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
  const auto input_exponents =
      moves.load_input_exponents(step, moves.input_window(step), plan.input_buffer.address(0), 0, 0);
  const auto weight_exponents = moves.load_weight_exponents(step, plan.weight_buffer.address(0));
  for (const auto& move : {input_exponents, weight_exponents}) {
    if (move) copies.preload.push_back(*move);
  }
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

std::string blocks_decline(const LoweringRequest& request, Indexing indexing) {
  const Problem p = make_problem(request.layer);
  const uint32_t block = std::max(p.input_block(), p.weight_block());
  if (block == 0) return "";
  const uint32_t depth = request.arch.pe_array.mma.depth(p.formats.products());
  const char* format = traits_of(p.input_block() > 0 ? p.formats.input : p.formats.weight).name;
  if (p.C > block && block % depth != 0) {
    return fmt::format(
        "an MMA step of {} products meets two blocks of {}, legal: mma.k * mma.rate.{} that divides {}",
        depth, format, traits_of(p.formats.products().wider_operand()).name, block);
  }
  const uint32_t last = p.C % block;
  if (indexing != Indexing::loops && p.R * p.S > 1 && last % depth != 0) {
    return fmt::format(
        "an MMA step of {} products meets the blocks of two taps of {}, legal: channels of a group "
        "in multiples of {}",
        depth, format, depth);
  }
  return "";
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
