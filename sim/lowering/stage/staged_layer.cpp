#include "sim/lowering/stage/staged_layer.h"

#include <fmt/format.h>

#include "sim/lowering/stage/stage_bounds.h"
#include "sim/lowering/stage/staged_program.h"
#include "sim/lowering/stage/transform_program.h"
#include "sim/lowering/tile_program.h"
#include "sim/lowering/transform/strassen_stages.h"
#include "sim/mapping/explain.h"
#include "sim/mapping/tiler.h"

namespace systole {
namespace {

TileContext context_of(const LoweringRequest& request, const ProductStage& product) {
  return {product.problem, request.arch, request.dataflow, std::nullopt, Residency::dram};
}

ProgramMaker lower(const LoweringRequest& request, TransformStage& stage, StagedLayer&, LoweredLayer&) {
  plan_transform(stage, request.arch);  // the user's mistakes show now
  return [stage, arch = request.arch] { return std::make_unique<TransformProgram>(stage, arch); };
}

ProgramMaker lower(const LoweringRequest& request, ProductStage& product, StagedLayer& staged,
                   LoweredLayer& lowered) {
  const TileContext context = context_of(request, product);
  lowered.mapping = choose_mapping(context, request.layer.mapping);
  const TilePlan plan = make_plan(context, lowered.mapping);
  product.order = accumulation_order(context, plan);
  if (plan.spills) product.layout.psum = staged.space.put(context.problem.output_elements() * 4);
  lowered.planned_macs += context.problem.macs();
  return [context, plan, layout = product.layout] {
    return std::make_unique<TileProgram>(context, plan, layout);
  };
}

/// Of the stages that the machine carries out.
LayerBounds bounds_of(const LoweringRequest& request, const StagedLayer& staged) {
  std::vector<StageBounds> stages;
  for (size_t i = staged.prepared; i < staged.stages.size(); ++i) {
    if (const auto* transform = std::get_if<TransformStage>(&staged.stages[i])) {
      stages.push_back({transform->name, stage_bounds(*transform, request.arch)});
    } else {
      const auto& product = std::get<ProductStage>(staged.stages[i]);
      stages.push_back({product.name, stage_bounds(product, request.arch, request.dataflow)});
    }
  }
  const Bounds own = transfer_bounds(compulsory_traffic(staged.problem), request.arch);
  return bounds_of_stages(std::move(stages), own.dram_cycles, request.arch);
}

}  // namespace

StagedLayer::StagedLayer(const LoweringRequest& request)
    : problem(make_problem(request.layer)), gemm(request.layer.transform.gemm) {
  layout.input = space.put(problem.input_bytes());
  layout.weight = space.put(problem.weight_bytes());
  layout.bias = space.put(problem.bias_bytes());
  layout.output = space.put(problem.output_elements() * problem.output_bytes());
}

uint64_t StagedLayer::workspace(uint64_t bytes) {
  workspace_bytes += bytes;
  return space.put(bytes);
}

std::string transforms_decline(const Layer& layer) {
  if (layer.scale_by_channel()) return "its results leave a transform, which has no scale for each channel";
  const ZeroPoints& zero = layer.zero_point;
  if (zero.input != 0 || zero.weight != 0 || zero.output != 0) return "its transforms take no zero points";
  const LayerFormats formats = layer.formats();
  for (const Format format : {formats.input, formats.weight}) {
    if (traits_of(format).is_block_scaled())
      return fmt::format("its transforms take no exponents, which blocks of {} share",
                         traits_of(format).name);
    if (traits_of(format).shares_bytes())
      return fmt::format("numbers of {} share bytes, and its blocks begin at any of them",
                         traits_of(format).name);
  }
  return "";
}

Problem batched_product(const LayerFormats& formats, uint32_t groups, uint32_t m, uint32_t n, uint32_t k) {
  Layer gemm;
  gemm.type = LayerType::gemm;
  gemm.gemm = {groups, m, n, k, false, true};
  gemm.format = FormatRequest(formats);
  return make_problem(gemm);
}

Problem batched_product(Format operands, uint32_t groups, uint32_t m, uint32_t n, uint32_t k) {
  return batched_product(LayerFormats::of_operands(operands), groups, m, n, k);
}

StagePost post_of(const StagedLayer& layer) {
  return stage_post_of(layer.problem.post_ops(), layer.layout.bias);
}

LoweredLayer lower_staged(const LoweringRequest& request, StagedLayer staged) {
  if (staged.gemm == GemmMethod::strassen) use_strassen(request.layer.transform, staged);
  LoweredLayer lowered;
  std::vector<ProgramMaker> programs;
  for (size_t i = 0; i < staged.stages.size(); ++i) {
    const auto make =
        std::visit([&](auto& stage) { return lower(request, stage, staged, lowered); }, staged.stages[i]);
    if (i >= staged.prepared) programs.push_back(make);
  }
  check_capacity(request.arch.dram, staged.space.used());
  staged.layout.total_bytes = staged.space.used();
  lowered.layout = staged.layout;
  lowered.bounds = bounds_of(request, staged);
  lowered.stages = std::move(staged.stages);
  lowered.prepared = staged.prepared;
  lowered.workspace_bytes = staged.workspace_bytes;
  lowered.program = [programs = std::move(programs)] { return std::make_unique<StagedProgram>(programs); };
  return lowered;
}

std::vector<std::string> explain_staged(const LoweringRequest& request, StagedLayer staged) {
  if (staged.gemm == GemmMethod::strassen) use_strassen(request.layer.transform, staged);
  const LayerBounds bounds = bounds_of(request, staged);
  std::vector<std::string> lines;
  for (size_t i = 0; i < staged.stages.size(); ++i) {
    if (const auto* transform = std::get_if<TransformStage>(&staged.stages[i])) {
      const LaneCounts counts = transform->program->counts();
      const TransformPlan plan = plan_transform(*transform, request.arch);
      uint64_t items = 1;
      for (uint32_t extent : transform->items) items *= extent;
      lines.push_back(fmt::format(
          "{}{}: {} items of {} values in, {} out; {} multiplies, {} adds, {} shifts and {} other operations "
          "each, {} "
          "registers; {} blocks, about {} bytes of DRAM",
          transform->name, i < staged.prepared ? " (ahead of time)" : "", items, transform->source.taps(),
          transform->target.taps(), counts.multiplies, counts.adds, counts.shifts, counts.other,
          transform->program->registers, plan.blocks(*transform), plan.dram_bytes));
      if (i >= staged.prepared) {
        lines.push_back("  lower bounds: " + bounds_text(bounds.stages[i - staged.prepared].bounds));
      }
      continue;
    }
    const auto& product = std::get<ProductStage>(staged.stages[i]);
    const Problem& p = product.problem;
    lines.push_back(fmt::format("{}: {} products of m {} x n {} x k {}", product.name, p.groups, p.gemm_m(),
                                p.gemm_n(), p.gemm_k()));
    const TileContext context = context_of(request, product);
    for (const std::string& line : explain(context, choose_mapping(context, request.layer.mapping))) {
      lines.push_back("  " + line);
    }
  }
  const BoundLabel label = label_of(bounds, least_stage_cycles(bounds));
  lines.push_back(
      fmt::format("all stages: at least {} cycles; by these bounds '{}' takes the longest, bound by {}",
                  bounds.least_cycles, label.stage->name, label.kind->label));
  return lines;
}

}  // namespace systole
