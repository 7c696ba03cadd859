#include "sim/run/plan.h"

#include <fmt/format.h>

#include <exception>
#include <iterator>
#include <map>

#include "sim/config/text.h"
#include "sim/run/equal_layers.h"
#include "sim/run/host_time.h"
#include "sim/run/interrupt.h"
#include "sim/share.h"
#include "sim/workload/data.h"

namespace systole {
namespace {

[[noreturn]] void fail(const RunOptions& options, const Layer& layer, const std::string& what) {
  throw UserError(fmt::format("{}: error: layer {}: {}", options.workload_path, quoted(layer.name), what));
}

/// An algorithm that does not take a layer; `what()` is why.
class Declined : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the algorithm is asked. Throws Declined.
LoweringRequest request_for(const RunOptions& options, const Layer& layer, const Algorithm& algorithm) {
  const AcceleratorParams& arch = options.arch.params;
  const LoweringRequest request{layer, arch, layer.dataflow.value_or(arch.pe_array.dataflow),
                                options.arch.residency};
  const std::string declined = algorithm.declines(request);
  if (!declined.empty()) throw Declined(declined);
  return request;
}

void tell_ignored_keys(PlannedLayer& planned) {
  for (const std::string& key : planned.layer.ignored_keys)
    planned.mapping.push_back(fmt::format("{}: no effect on algorithm {}", key, planned.algorithm->name));
}

/// Throws Declined, MappingError.
PlannedLayer plan_by(const RunOptions& options, const Layer& layer, const Algorithm& algorithm) {
  const WallTimer timer;
  const LoweringRequest request = request_for(options, layer, algorithm);
  PlannedLayer planned{layer, &algorithm, make_problem(layer), request.dataflow, {}, 0};
  check_data(layer, planned.problem);
  planned.lowered = algorithm.lower(request);
  std::vector<std::string>& told = planned.lowered.explanation;
  planned.mapping = told.empty() ? algorithm.explain(request) : std::move(told);
  tell_ignored_keys(planned);
  planned.setup_seconds = timer.seconds();
  return planned;
}

/// Throws Declined, MappingError.
Explanation explain_by(const RunOptions& options, const Layer& layer, const Algorithm& algorithm) {
  return {algorithm.name, "", algorithm.explain(request_for(options, layer, algorithm))};
}

/// `step` with the one algorithm that the layer names; what it refuses is the user's mistake.
template <class Step>
auto with_named(const RunOptions& options, const Layer& layer, const Step& step) {
  const Algorithm* algorithm = find_algorithm(layer.algorithm);
  if (algorithm == nullptr) throw std::logic_error("an unregistered algorithm passed validation");
  try {
    return step(*algorithm);
  } catch (const Declined& declined) {
    fail(options, layer, fmt::format("algorithm {} declines: {}", layer.algorithm, declined.what()));
  } catch (const MappingError& error) {
    fail(options, layer, error.what());
  }
}

/// `step` with every registered algorithm; what each refuses, or nothing. At least one must take the layer.
template <class Step>
PlannedChoice with_each(const RunOptions& options, const Layer& layer, const Step& step) {
  PlannedChoice choice{layer, {}};
  std::string all;
  bool is_taken = false;
  for (const Algorithm& algorithm : algorithms()) {
    std::string reason;
    try {
      step(algorithm);
      is_taken = true;
    } catch (const Declined& declined) {
      reason = declined.what();
    } catch (const MappingError& error) {
      reason = error.what();
    }
    all += fmt::format("{}{}: {}", all.empty() ? "" : "; ", algorithm.name, reason);
    choice.declined_by_algorithm.emplace_back(algorithm.name, reason);
  }
  if (!is_taken) fail(options, layer, "no algorithm takes it: " + all);
  return choice;
}

/// What becomes of one layer of the workload.
struct LayerPlan {
  std::vector<PlannedLayer> layers;
  std::optional<PlannedChoice> choice;
  std::exception_ptr error;
};

void plan_one(const RunOptions& options, const Layer& layer, LayerPlan& plan) {
  try {
    throw_if_interrupted();
    if (layer.has_choice()) {
      plan.choice.emplace(with_each(options, layer, [&](const Algorithm& algorithm) {
        plan.layers.push_back(plan_by(options, layer, algorithm));
      }));
    } else {
      plan.layers.push_back(plan_layer(options, layer));
    }
  } catch (...) {
    plan.error = std::current_exception();
  }
}

/// The plan of a layer that equals a planned one.
void plan_same(const Layer& layer, const LayerPlan& first, LayerPlan& plan) {
  try {
    for (const PlannedLayer& planned : first.layers) {
      const WallTimer timer;
      check_data(layer, planned.problem);
      PlannedLayer same{layer, planned.algorithm, planned.problem, planned.dataflow, planned.lowered};
      same.mapping = planned.mapping;
      same.mapping.resize(planned.mapping.size() - planned.layer.ignored_keys.size());
      tell_ignored_keys(same);
      same.setup_seconds = timer.seconds();
      plan.layers.push_back(std::move(same));
    }
    if (first.choice) plan.choice.emplace(PlannedChoice{layer, first.choice->declined_by_algorithm});
  } catch (...) {
    plan.error = std::current_exception();
  }
}

/// For each layer the first that equals it: itself, where there is none.
std::vector<size_t> first_equals(const std::vector<Layer>& layers) {
  std::map<std::vector<int64_t>, size_t> numbers;
  std::vector<size_t> firsts;
  for (const Layer& layer : layers)
    firsts.push_back(numbers.emplace(plan_key(layer), firsts.size()).first->second);
  return firsts;
}

/// By each layer's first equal. Audited, every layer is planned on its own; else equal ones share a plan.
std::vector<LayerPlan> plan_each(const RunOptions& options, const std::vector<size_t>& firsts) {
  const std::vector<Layer>& layers = options.workload.layers;
  std::vector<LayerPlan> plans(layers.size());
  const auto shares = [&](size_t i) { return firsts[i] != i && !options.audit; };
  share(layers.size(), options.jobs, [&](uint64_t i) {
    if (!shares(i)) plan_one(options, layers[i], plans[i]);
  });
  for (size_t i = 0; i < plans.size(); ++i) {
    if (plans[firsts[i]].error) break;  // the first of all errors is thrown
    if (shares(i)) plan_same(layers[i], plans[firsts[i]], plans[i]);
  }
  return plans;
}

}  // namespace

std::string described(const PlannedLayer& planned) {
  const std::string name = "layer " + quoted(planned.layer.name);
  return planned.layer.has_choice() ? fmt::format("{}, algorithm {}", name, planned.algorithm->name) : name;
}

PlannedLayer plan_layer(const RunOptions& options, const Layer& layer) {
  return with_named(options, layer,
                    [&](const Algorithm& algorithm) { return plan_by(options, layer, algorithm); });
}

std::vector<Explanation> explain_layer(const RunOptions& options, const Layer& layer) {
  std::vector<Explanation> explanations;
  const auto step = [&](const Algorithm& algorithm) {
    explanations.push_back(explain_by(options, layer, algorithm));
  };
  if (!layer.has_choice()) {
    with_named(options, layer, step);
    return explanations;
  }
  const PlannedChoice choice = with_each(options, layer, step);
  for (size_t i = 0; i < choice.declined_by_algorithm.size(); ++i) {
    const auto& [algorithm, declined] = choice.declined_by_algorithm[i];
    if (!declined.empty()) {
      explanations.insert(explanations.begin() + static_cast<std::ptrdiff_t>(i), {algorithm, declined, {}});
    }
  }
  return explanations;
}

RunPlan plan(const RunOptions& options) {
  if (options.arch.dram_energy != DramEnergy::flat && options.energy.unit != EnergyUnit::pj) {
    throw UserError(
        fmt::format("dram_energy: error: in pJ, and the energy table {} is not, legal: flat with this table",
                    options.energy.name));
  }
  const std::vector<size_t> firsts = first_equals(options.workload.layers);
  std::vector<LayerPlan> plans = plan_each(options, firsts);
  const bool once = times_equal_layers_once(options);
  RunPlan plan;
  std::vector<size_t> begins;  // where each layer's simulations begin in the plan
  for (LayerPlan& one : plans) {
    if (one.error) std::rethrow_exception(one.error);
    const size_t number = begins.size();
    begins.push_back(plan.layers.size());
    for (PlannedLayer& planned : one.layers) {
      planned.number = plan.layers.size();
      if (once && firsts[number] != number) {
        const size_t equal = begins[firsts[number]] + planned.number - begins[number];
        planned.equal = LayerPlace{equal, plan.layers[equal].layer.name};
      }
      plan.layers.push_back(std::move(planned));
    }
    if (one.choice) plan.choices.push_back(std::move(*one.choice));
  }
  return plan;
}

}  // namespace systole
