#include "models/number/format.h"
#include "sim/config/names.h"
#include "sim/report/dram_json.h"
#include "sim/report/invariants.h"
#include "sim/report/layer_result.h"
#include "sim/report/named.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Json ops_json(const MachineStats& stats) {
  const ArrayStats& array = stats.array;
  const VectorStats& vector = stats.vector;
  return {{"array",
           {{"multiplies", array.multiplies},
            {"adds", array.adds},
            {"accumulator_accesses", array.accumulator_accesses}}},
          {"vector",
           {{"multiplies", vector.multiplies},
            {"adds", vector.adds},
            {"shifts", vector.shifts},
            {"other", vector.other}}},
          {"index",
           {{"divmods", array.index_divmods},
            {"multiplies", array.index_multiplies},
            {"adds", array.index_adds}}}};
}

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

Json buffer_json(const BufferStats& buffer) {
  return {{"reads", buffer.reads},
          {"writes", buffer.writes},
          {"elements_read", buffer.elements_read},
          {"elements_written", buffer.elements_written},
          {"conflict_cycles", buffer.conflict_cycles},
          {"reads_by_tensor", named(kTensorNames, buffer.reads_by_tensor)},
          {"writes_by_tensor", named(kTensorNames, buffer.writes_by_tensor)}};
}

Json sram_json(const MachineStats& stats) {
  return {{"input", buffer_json(stats.buffers[0])},
          {"weight", buffer_json(stats.buffers[1])},
          {"output", buffer_json(stats.buffers[2])}};
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

}  // namespace

Json to_json(const EnergyBreakdown& energy) {
  return {{"total", energy.total()},
          {"by_component", named(kComponentNames, energy.by_component())},
          {"by_tensor", named(kPurposeNames, energy.by_purpose())}};
}

Json to_json(const LayerResult& result, const MachineRates& rates) {
  const Layer& layer = result.layer;
  Json json = {{"name", layer.name},
               {"type", name_of(kLayerTypeNames, layer.type)},
               {"repeat", layer.repeat},
               {"algorithm", result.algorithm},
               {"algorithm_asked", layer.algorithm},
               {"winner", true},
               {"dataflow", traits_of(result.dataflow).name},
               {"format", format_text(layer.formats())},
               {"formats", layer_formats_json(layer.formats())},
               {"inner_formats", formats_json(result.inner)},
               {"cycles", result.stats.cycles},
               {"seconds", nullptr},
               {"macs", result.macs},
               {"utilization", nullptr},
               {"array_utilization", nullptr},
               {"bounds", bounds_json(result.bounds.whole)},
               {"bound", bound_json(result)},
               {"stages", stages_json(result)},
               {"ops", ops_json(result.stats)},
               {"pe_array", named(kActivityNames, result.stats.array.cycles)},
               {"dram", dram_json(result.stats)},
               {"sram", sram_json(result.stats)},
               {"workspace_bytes", result.workspace_bytes},
               {"energy_pj", to_json(result.energy)},
               {"power_w", nullptr},
               {"tops_per_w", nullptr},
               {"edp", nullptr},
               {"check", check_json(result.check, result.fp64)},
               {"mapping", result.mapping}};
  derive_rates(json, rates);
  return json;
}

}  // namespace systole
