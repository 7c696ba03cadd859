#include "sim/run/plan.h"

#include <fmt/format.h>

#include <utility>

#include "sim/config/text.h"
#include "sim/run/host_time.h"
#include "sim/run/interrupt.h"
#include "sim/workload/data.h"

namespace systole {
namespace {

[[noreturn]] void fail(const RunOptions& options, const Layer& layer, const std::string& what) {
  throw UserError(fmt::format("{}: error: layer {}: {}", options.workload_path, quoted(layer.name), what));
}

/// The layer's algorithm, which takes it, and what it is asked.
std::pair<const Algorithm*, LoweringRequest> request_for(const RunOptions& options, const Layer& layer) {
  const AcceleratorParams& arch = options.arch.params;
  const LoweringRequest request{layer, arch, layer.dataflow.value_or(arch.pe_array.dataflow),
                                options.arch.residency};
  const Algorithm* algorithm = find_algorithm(layer.algorithm);
  if (algorithm == nullptr) throw std::logic_error("an unregistered algorithm passed validation");
  const std::string declined = algorithm->declines(request);
  if (!declined.empty())
    fail(options, layer, fmt::format("algorithm {} declines: {}", layer.algorithm, declined));
  return {algorithm, request};
}

/// Gives a mapping's error the name of the file and the layer.
template <class Step>
auto mapped(const RunOptions& options, const Layer& layer, const Step& step) {
  try {
    return step();
  } catch (const MappingError& error) {
    fail(options, layer, error.what());
  }
}

}  // namespace

PlannedLayer plan_layer(const RunOptions& options, const Layer& layer) {
  const WallTimer timer;
  const auto [algorithm, request] = request_for(options, layer);
  PlannedLayer planned{layer, make_problem(layer), request.dataflow, {}, 0};
  check_data_files(layer, planned.problem);
  planned.lowered = mapped(options, layer, [a = algorithm, &r = request] { return a->lower(r); });
  planned.setup_seconds = timer.seconds();
  return planned;
}

std::vector<std::string> explain_layer(const RunOptions& options, const Layer& layer) {
  const auto [algorithm, request] = request_for(options, layer);
  return mapped(options, layer, [a = algorithm, &r = request] { return a->explain(r); });
}

std::vector<PlannedLayer> plan(const RunOptions& options) {
  if (options.arch.dram_energy != DramEnergy::flat && options.energy.unit != EnergyUnit::pj) {
    throw UserError(
        fmt::format("dram_energy: error: in pJ, and the energy table {} is not, legal: flat with this table",
                    options.energy.name));
  }
  std::vector<PlannedLayer> layers;
  for (const Layer& layer : options.workload.layers) {
    throw_if_interrupted();
    layers.push_back(plan_layer(options, layer));
  }
  return layers;
}

}  // namespace systole
