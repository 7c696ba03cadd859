#pragma once
// A whole run: plan, simulate, collect.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/run/plan.h"
#include "sim/run/pool.h"

namespace systole {

struct RunOutcome {
  nlohmann::ordered_json results, host;  ///< results.json and host.json
  std::vector<std::string> failures;     ///< one line a layer whose result is wrong
  std::vector<std::string> left_out;     ///< of the trace, a line each
  std::vector<std::string> shown;        ///< the arrays of each simulation, where they are asked for
  int exit_code() const { return failures.empty() ? 0 : 3; }
};

/// All that decides the results: tool, architecture, prices, workload, seed and whether they are checked.
nlohmann::ordered_json identity_of(const RunOptions& options);
/// Its hash.
std::string run_hash(const RunOptions& options);

/// Throws what simulate_layers() throws.
RunOutcome simulate(const RunOptions& options, RunPlan& plan, const PoolEvents& events);

}  // namespace systole
