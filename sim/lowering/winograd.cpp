// Winograd's minimal filtering, fused: operands are transformed on chip as their tiles come in, results as
// they go out, so that nothing but inputs, weights and outputs touches DRAM.
#include <fmt/format.h>

#include <optional>

#include "sim/lowering/algorithms.h"
#include "sim/lowering/stage/stage_bounds.h"
#include "sim/lowering/transform/fused_program.h"
#include "sim/lowering/transform/strassen_stages.h"

namespace systole {
namespace {

/// The stages say what is computed; the tensors between them have places that only the reference knows.
struct Fused {
  StagedLayer staged;
  WinogradStages stages;
  FusedPlan plan;

  Fused(const LoweringRequest& request, uint32_t m)
      : staged(request), stages(request, staged, m), plan(plan_fused(request, staged.problem, stages)) {}
};

/// Of all F(m,r) with a legal plan the one with the shortest estimated time.
Fused best_of(const LoweringRequest& request) {
  std::optional<Fused> best;
  std::string reason;
  for (uint32_t m : winograd_choices(request.layer)) {
    try {
      Fused fused(request, m);
      if (!best || fused.plan.cycles < best->plan.cycles) best.emplace(std::move(fused));
    } catch (const MappingError& error) {
      if (reason.empty()) reason = error.what();
    }
  }
  if (!best) throw MappingError(reason);
  return std::move(*best);
}

/// Products and transforms overlap, in one pass: each unit has a limit of its own. The vector unit's is that
/// of the plan, which may transform an operand several times.
Bounds bounds_of(const LoweringRequest& request, const Fused& fused) {
  const AcceleratorParams& arch = request.arch;
  Bounds bounds = transfer_bounds(compulsory_traffic(fused.staged.problem), arch);
  const Bounds products = stage_bounds(fused.stages.product, arch, request.dataflow);
  bounds.compute_cycles = products.compute_cycles;
  bounds.sram_cycles = products.sram_cycles;
  const auto vector = [&](const TransformStage& stage) { return stage_bounds(stage, arch).vector_cycles; };
  bounds.vector_cycles = fused.plan.data_passes * vector(fused.stages.data) + vector(fused.stages.inverse);
  if (!fused.stages.ahead) bounds.vector_cycles += fused.plan.filter_passes * vector(fused.stages.filter);
  return bounds;
}

LoweredLayer lower(const LoweringRequest& request) {
  Fused fused = best_of(request);
  const FusedPlan& plan = fused.plan;
  LoweredLayer lowered;
  static_cast<Tiles&>(lowered.mapping) = plan.plan.tiles;
  lowered.mapping.dataflow = request.dataflow;
  lowered.layout = fused.staged.layout;
  lowered.layout.total_bytes = fused.stages.dram_bytes;
  lowered.reference_bytes = fused.staged.space.used();
  check_capacity(request.arch.dram, fused.stages.dram_bytes);
  fused.stages.product.order = accumulation_order(plan.context, plan.plan);
  lowered.bounds = bounds_of_one_pass(bounds_of(request, fused));
  lowered.planned_macs = plan.context.problem.macs();
  lowered.stages = {fused.stages.filter, fused.stages.data, fused.stages.product, fused.stages.inverse};
  lowered.prepared = fused.stages.ahead ? 1 : 0;
  lowered.program = [plan, stages = fused.stages] {
    return std::make_unique<FusedProgram>(plan, stages, stages.product.layout);
  };
  return lowered;
}

std::vector<std::string> explain(const LoweringRequest& request) {
  const Fused fused = best_of(request);
  const FusedPlan& plan = fused.plan;
  const WinogradTiles& w = fused.stages.tiles;
  const Tiles& t = plan.plan.tiles;
  const Bounds bounds = bounds_of(request, fused);
  const auto counts = [](const char* name, const LaneProgram& program) {
    const LaneCounts c = program.counts();
    return fmt::format("{}: {} adds, {} shifts and {} multiplies a tile and channel", name, c.adds, c.shifts,
                       c.multiplies);
  };
  return {fmt::format("F({}x{},{}x{}): {} x {} tiles an image, {} multiplies a tile instead of {}",
                      w.vertical.m, w.horizontal.m, w.vertical.r, w.horizontal.r, w.rows, w.cols, w.points(),
                      w.vertical.m * w.horizontal.m * w.vertical.r * w.horizontal.r),
          counts("data transform", *w.data),
          counts(fused.stages.ahead ? "filter transform (ahead of time)" : "filter transform", *w.filter),
          counts("inverse transform", *w.inverse),
          fmt::format("a step: {} x {} tiles, {} filters, {} channels, all {} points; {} steps, {} outermost",
                      t.rows, t.cols, t.filters, t.channels, w.points(), plan.plan.steps(),
                      t.order[0] == GemmDim::m ? "tiles" : "filters"),
          "lower bounds: " + bounds_text(bounds),
          bound_line(bounds, "with these steps"),
          fmt::format("estimates: {} cycles, {} bytes of DRAM", plan.cycles, plan.dram_bytes)};
}

}  // namespace

Algorithm winograd_algorithm() {
  Algorithm algorithm;
  algorithm.name = "winograd";
  algorithm.summary = "Winograd's minimal filtering with its transforms on chip";
  algorithm.options = {"halo", "weights", "transform_cse", "winograd.m"};
  algorithm.declines = [](const LoweringRequest& request) {
    const std::string reason = winograd_declines(request);
    return reason.empty() ? whole_gemm_declines(request) : reason;
  };
  algorithm.lower = lower;
  algorithm.explain = explain;
  return algorithm;
}

}  // namespace systole
