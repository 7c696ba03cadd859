#include "models/number/format.h"
#include "sim/config/names.h"
#include "sim/report/counter_figures.h"
#include "sim/report/invariants.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using R = LayerResult;

Json layer_formats_json(const LayerFormats& formats) {
  return {{"input", name_of(formats.input)},
          {"weight", name_of(formats.weight)},
          {"accumulator", name_of(formats.accumulator)},
          {"output", name_of(formats.output)}};
}

Json formats_json(const InnerFormats& inner) {
  Json json = {{"input", name_of(inner.products.input)},
               {"weight", name_of(inner.products.weight)},
               {"accumulator", name_of(inner.products.accumulator)},
               {"transforms", nullptr}};
  if (inner.transforms) json["transforms"] = name_of(kLaneNumberNames, *inner.transforms);
  return json;
}

Json bounds_json(const Bounds& bounds) {
  Json json;
  for (const BoundKind& kind : kBoundKinds) json[std::string(kind.key) + "_cycles"] = bounds.*kind.cycles;
  return json;
}

Json bound_json(const LayerResult& result) {
  const BoundLabel label = label_of(result.bounds, stage_cycles(result.stats, result.bounds));
  return {{"cycles", result.bounds.least_cycles},
          {"by", label.kind->key},
          {"stage", label.stage ? Json(label.stage->name) : Json()}};
}

Json stages_json(const LayerResult& result) {
  const std::vector<uint64_t> cycles = stage_cycles(result.stats, result.bounds);
  Json json = Json::array();
  for (size_t s = 0; s < cycles.size(); ++s) {
    const StageBounds& stage = result.bounds.stages[s];
    json.push_back({{"name", stage.name}, {"cycles", cycles[s]}, {"bounds", bounds_json(stage.bounds)}});
  }
  return json;
}

Json check_json(const CheckResult& check, const std::optional<Fp64Error>& fp64) {
  return {{"status", to_string(check.status)},
          {"reference", check.reference},
          {"max_abs_error", check.max_abs_error},
          {"max_rel_error", check.max_rel_error},
          {"tolerance", check.tolerance},
          {"worst_index", check.worst_index},
          {"max_abs_error_fp64", fp64 ? Json(fp64->max_abs_error) : Json()},
          {"outputs_fp64", fp64 ? fp64->outputs : 0}};
}

Json no_rate(const LayerResult& /*result*/) { return nullptr; }

Figures identity_figures() {
  constexpr InTotals kNone = InTotals::none;
  return {
      {"name", "", "of the layer", kNone, [](const R& r) { return r.layer.name; }},
      {"type", "", "of the layer", kNone, [](const R& r) { return name_of(kLayerTypeNames, r.layer.type); }},
      {"repeat", "", "how often the totals count the layer", kNone,
       [](const R& r) { return r.layer.repeat; }},
      {"algorithm", "", "that ran", kNone, [](const R& r) { return r.algorithm; }},
      {"algorithm_asked", "", "what the workload says", kNone, [](const R& r) { return r.layer.algorithm; }},
      {"winner", "", "whether the totals count this entry", kNone, [](const R&) { return true; }},
      {"dataflow", "", "of the array", kNone, [](const R& r) { return traits_of(r.dataflow).name; }},
      {"format", "", "of the layer", kNone,
       [](const R& r) { return format_text(r.layer.formats(), r.layer.has_scale()); }},
      {"formats", "", "of the layer's operands, sums and outputs", kNone,
       [](const R& r) { return layer_formats_json(r.layer.formats()); }},
      {"inner_formats", "", "of the array's operands and sums, and what transforms compute in", kNone,
       [](const R& r) { return formats_json(r.inner); }},
  };
}

Figures time_figures() {
  Figures figures = figures_of(
      "", StatTable<MachineStats>(), [](auto& stats) -> auto& { return stats; });
  append(figures,
         {{"seconds", "s", "cycles / clock", InTotals::rate, no_rate},
          {"macs", "", "N M P Q (C / groups) R S, or batch m n k; products with padding zeros included",
           InTotals::sum, [](const R& r) { return r.macs; }},
          {"utilization", "0 … 1", "macs / (cycles times peak MACs a cycle)", InTotals::rate, no_rate},
          {"array_utilization", "0 … 1", "multiplications really made / (cycles times peak)", InTotals::rate,
           no_rate},
          {"bounds", "cycles", "the least that each part of the machine needs, however the layer is mapped",
           InTotals::sum, [](const R& r) { return bounds_json(r.bounds.whole); }},
          {"bound", "cycles", "the least of the layer, by which kind of bound and in which stage",
           InTotals::none, bound_json},
          {"stages", "cycles", "of an algorithm in several passes, with the bounds of each", InTotals::none,
           stages_json}});
  return figures;
}

Figures energy_figures() {
  return {{"workspace_bytes", "bytes", "of DRAM that the algorithm needs beside the layer's tensors",
           InTotals::largest, [](const R& r) { return r.workspace_bytes; }},
          {"energy_pj", "pJ, or MACs where the table's unit says so", "in total, by component and by tensor",
           InTotals::sum, [](const R& r) { return to_json(r.energy); }},
          {"power_w", "W", "energy / seconds; null for relative tables, as the next two", InTotals::rate,
           no_rate},
          {"tops_per_w", "", "2 macs / energy", InTotals::rate, no_rate},
          {"edp", "J s", "energy times seconds", InTotals::rate, no_rate}};
}

Figures make_layer_figures() {
  Figures figures = identity_figures();
  for (const auto& more :
       {time_figures(), operation_figures(), dram_figures(), sram_figures(), dma_figures(), energy_figures()})
    append(figures, more);
  figures.push_back({"check", "", "the output against the references", InTotals::none,
                     [](const R& r) { return check_json(r.check, r.fp64); }});
  figures.push_back({"mapping", "", "how the layer was cut into tiles and why, a line each", InTotals::none,
                     [](const R& r) { return r.mapping; }});
  return figures;
}

}  // namespace

const Figures& layer_figures() {
  static const Figures kFigures = make_layer_figures();
  return kFigures;
}

Json to_json(const EnergyBreakdown& energy) {
  return {{"total", energy.total()},
          {"by_component", named(kComponentNames, energy.by_component())},
          {"by_tensor", named(kPurposeNames, energy.by_purpose())}};
}

Json to_json(const LayerResult& result, const MachineRates& rates) {
  Json json;
  for (const Figure& figure : layer_figures()) at_path(json, figure.path) = figure.write(result);
  derive_rates(json, rates);
  return json;
}

}  // namespace systole
