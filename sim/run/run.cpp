#include "sim/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/report/choices.h"
#include "sim/report/rates.h"
#include "sim/report/run_identity.h"
#include "sim/report/terminal/units.h"
#include "sim/report/trace/trace.h"
#include "sim/run/host_json.h"
#include "sim/run/warnings.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// Chooses among the algorithms of each open layer. Of `auto` only the winner stays in `layers`, and what is
/// wrong.
Json choices_of(const std::vector<PlannedChoice>& planned, Json& layers) {
  Json choices = Json::array();
  for (const PlannedChoice& choice : planned) {
    choices.push_back(choice_of(choice.layer, choice.declined_by_algorithm));
    choose(choices.back(), layers);
  }
  Json kept = Json::array();
  for (Json& layer : layers) {
    if (layer["winner"].get<bool>() || layer["algorithm_asked"] != kAutoAlgorithm ||
        layer["check"]["status"] == "fail")
      kept.push_back(std::move(layer));
  }
  layers = std::move(kept);
  return choices;
}

std::vector<std::string> stage_names(const LoweredLayer& lowered) {
  std::vector<std::string> names;
  for (size_t i = lowered.prepared; i < lowered.stages.size(); ++i) {
    names.push_back(std::visit([](const auto& stage) { return stage.name; }, lowered.stages[i]));
  }
  return names;
}

/// The simulations whose results are kept.
TracedRun traced_run(const RunOptions& options, const std::vector<PlannedLayer>& planned,
                     const Json& results) {
  TracedRun run{fmt::format("{} on {}", options.workload.name, options.arch.name),
                options.arch.params,
                options.energy.unit,
                {}};
  for (const PlannedLayer& layer : planned) {
    const auto is_kept = [&](const Json& entry) {
      return entry["name"] == layer.layer.name && entry["algorithm"] == layer.algorithm->name;
    };
    if (std::none_of(results.begin(), results.end(), is_kept)) continue;
    const ProductFormats products = inner_formats(layer.lowered, layer.layer.formats()).products;
    run.layers.push_back({layer.number, layer.layer.name, layer.algorithm->name,
                          run.arch.pe_array.taking(products).peak_macs_per_cycle(),
                          stage_names(layer.lowered)});
  }
  return run;
}

/// What the trace does not hold, a line each.
std::vector<std::string> trace_to_file(const RunOptions& options, const std::vector<PlannedLayer>& planned,
                                       const Json& results) {
  std::vector<std::string> left_out = write_trace(*options.trace, traced_run(options, planned, results));
  Cycle longest = 0;
  for (const Json& layer : results) longest = std::max(longest, layer["cycles"].get<Cycle>());
  if (options.trace->begin >= longest) {
    left_out.push_back(
        fmt::format("the trace is empty: its window begins at cycle {}, the longest layer ends at {}",
                    grouped(options.trace->begin), grouped(longest)));
  }
  return left_out;
}

}  // namespace

Json identity_of(const RunOptions& options) {
  return run_identity(options.arch, options.workload, options.energy,
                      {options.seed, options.check, options.fp64});
}

std::string run_hash(const RunOptions& options) { return hash_of(identity_of(options)); }

RunOutcome simulate(const RunOptions& options, RunPlan& plan, const PoolEvents& events) {
  std::vector<LayerReport> reports = simulate_layers(options, plan.layers, events);
  RunOutcome outcome;
  Json results = Json::array(), host = Json::array();
  for (size_t i = 0; i < reports.size(); ++i) {
    if (reports[i].results["check"]["status"] == "fail") {
      outcome.failures.push_back(fmt::format("{}: {}", described(plan.layers[i]), reports[i].failure));
    }
    if (options.show) outcome.shown.push_back(std::move(reports[i].shown));
    results.push_back(std::move(reports[i].results));
    host.push_back(std::move(reports[i].host));
  }
  Json choices = choices_of(plan.choices, results);
  const MachineRates rates = rates_of(options.arch.params, options.energy.unit);
  outcome.results = identity_of(options);
  outcome.results["run"] = hash_of(outcome.results);
  outcome.results["warnings"] = warnings_on(options.arch, options.workload);
  Json totals = totals_of(results, rates);
  outcome.results["layers"] = std::move(results);
  outcome.results["choices"] = std::move(choices);
  outcome.results["totals"] = std::move(totals);
  outcome.host = {{"tool", outcome.results["tool"]}, {"run", outcome.results["run"]}, {"jobs", options.jobs}};
  outcome.host["totals"] = host_totals(host);
  outcome.host["layers"] = std::move(host);
  if (options.trace) outcome.left_out = trace_to_file(options, plan.layers, outcome.results["layers"]);
  return outcome;
}

}  // namespace systole
