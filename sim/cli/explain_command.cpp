#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "sim/cli/arguments.h"
#include "sim/cli/cli.h"
#include "sim/config/energy.h"
#include "sim/report/terminal/verdict.h"
#include "sim/report/terminal/wrap.h"
#include "sim/run/interrupt.h"
#include "sim/run/run.h"
#include "sim/run/warnings.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Example:
  systole explain --arch edge_16x16 --workload resnet50 --layer conv2_1_b

Prints, for each layer, the tiles and the loop order the tiler chose and why, the traffic they cause and the analytic
lower bounds; with --algorithm auto or all, by every algorithm that takes the layer. Simulates nothing, unless
--simulate asks for the cycles, the power and the like beside the bounds.)";

struct ExplainArguments : SubjectArguments {
  bool simulate = false;
};

/// The entries of results.json; none unless asked for.
nlohmann::ordered_json simulated(RunOptions options, bool asked) {
  if (!asked) return nlohmann::ordered_json::array();
  catch_interrupts();
  options.is_alone = true;
  options.check = false;
  options.values = Values::none;
  RunPlan planned = plan(options);
  const auto ignore = [](size_t) {};
  return simulate(options, planned, {ignore, ignore, [] {}}).results["layers"];
}

void print_indented(const std::string& line, const Style& style) {
  fmt::print("{}\n", wrapped("  " + line, style, 4));
}

int explain(const ExplainArguments& arguments) {
  RunOptions options;
  options.arch = arguments.load_arch();
  options.energy = load_energy_table(options.arch.energy_table, options.arch.params);
  options.workload = arguments.load_workload();
  options.workload_path = arguments.workload_path();
  // `auto` would drop all but the best, and each one is explained here.
  for (Layer& layer : options.workload.layers) {
    if (layer.algorithm == kAutoAlgorithm) layer.algorithm = kAllAlgorithms;
  }
  const nlohmann::ordered_json entries = simulated(options, arguments.simulate);
  const Style style = style_of(STDOUT_FILENO);
  bool is_first = true;
  for (const Layer& layer : options.workload.layers) {
    for (const Explanation& explanation : explain_layer(options, layer)) {
      const std::string title =
          fmt::format("{} on {}, algorithm {}{}", layer.name, options.arch.name, explanation.algorithm,
                      explanation.declined.empty() ? "" : ": declined, " + explanation.declined);
      fmt::print("{}{}\n", is_first ? "" : "\n", wrapped(title, style, 2));
      for (const std::string& line : explanation.lines) print_indented(line, style);
      for (const auto& entry : entries) {
        if (entry["name"] != layer.name || entry["algorithm"] != explanation.algorithm) continue;
        for (const std::string& line :
             verdict_of(entry, kEnergyUnitNames[static_cast<int>(options.energy.unit)]))
          print_indented(line, style);
      }
      is_first = false;
    }
  }
  for (const std::string& warning : warnings_on(options.arch, options.workload))
    fmt::print("\n{}\n", wrapped(warning, style, 2));
  for (const std::string& note : options.workload.notes) fmt::print("\n{}\n", wrapped(note, style, 2));
  return 0;
}

}  // namespace

void add_explain(CLI::App& app, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("explain", "tell how layers are mapped onto the architecture, and why");
  const auto arguments = std::make_shared<ExplainArguments>();
  arguments->add_to(*command);
  command->add_flag("--simulate", arguments->simulate, "simulate the layers too, and say what they came to");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return explain(*arguments); }; });
}

}  // namespace systole
