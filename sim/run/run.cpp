#include "sim/run/run.h"

#include <fmt/format.h>

#include "sim/config/energy.h"
#include "sim/config/text.h"
#include "sim/report/rates.h"
#include "sim/run/host_json.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// What decides the results, in the order of results.json.
Json identity_of(const RunOptions& options) {
  return {{"tool", {{"name", "systole"}, {"version", SYSTOLE_VERSION}, {"results_version", 1}}},
          {"seed", options.seed},
          {"check", options.check},
          {"arch", options.arch.resolved},
          {"workload", options.workload.resolved},
          {"energy", resolved(options.energy)}};
}

uint64_t fnv1a(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

std::string run_hash(const RunOptions& options) {
  return fmt::format("{:016x}", fnv1a(identity_of(options).dump()));
}

RunOutcome simulate(const RunOptions& options, std::vector<PlannedLayer>& layers, const PoolEvents& events) {
  const std::vector<LayerReport> reports = simulate_in_workers(options, layers, events);
  RunOutcome outcome;
  Json results = Json::array(), host = Json::array();
  for (size_t i = 0; i < reports.size(); ++i) {
    results.push_back(reports[i].results);
    host.push_back(reports[i].host);
    if (reports[i].results["check"]["status"] == "fail") {
      outcome.failures.push_back(
          fmt::format("layer {}: {}", quoted(layers[i].layer.name), reports[i].failure));
    }
  }
  const MachineRates rates = rates_of(options.arch.params, options.energy.unit);
  outcome.results = identity_of(options);
  outcome.results["run"] = run_hash(options);
  outcome.results["layers"] = results;
  outcome.results["totals"] = totals_of(results, rates);
  outcome.host = {{"tool", outcome.results["tool"]}, {"run", outcome.results["run"]}, {"jobs", options.jobs}};
  outcome.host["totals"] = host_totals(host);
  outcome.host["layers"] = host;
  return outcome;
}

}  // namespace systole
