#include "sim/run/run.h"

#include <fmt/format.h>

#include "sim/config/text.h"
#include "sim/report/rates.h"
#include "sim/report/run_identity.h"
#include "sim/run/host_json.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Json identity_of(const RunOptions& options) {
  return run_identity(options.arch, options.workload, options.energy, options.seed, options.check);
}

}  // namespace

std::string run_hash(const RunOptions& options) { return hash_of(identity_of(options)); }

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
