#include <fmt/format.h>

#include <memory>

#include "sim/cli/arguments.h"
#include "sim/cli/cli.h"
#include "sim/config/energy.h"
#include "sim/run/plan.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Example:
  systole explain --arch edge_16x16 --workload resnet50 --layer conv2_1_b

Prints, for each layer, the tiles and the loop order the tiler chose and why, the traffic they cause and the analytic
lower bounds; with --algorithm auto or all, by every algorithm that takes the layer. Simulates nothing.)";

int explain(const SubjectArguments& arguments) {
  RunOptions options;
  options.arch = arguments.load_arch();
  options.energy = load_energy_table(options.arch.energy_table, options.arch.params);
  options.workload = arguments.load_workload();
  options.workload_path = arguments.workload_path();
  bool is_first = true;
  for (const Layer& layer : options.workload.layers) {
    for (const Explanation& explanation : explain_layer(options, layer)) {
      fmt::print("{}{} on {}, algorithm {}{}\n", is_first ? "" : "\n", layer.name, options.arch.name,
                 explanation.algorithm,
                 explanation.declined.empty() ? "" : ": declined, " + explanation.declined);
      for (const std::string& line : explanation.lines) fmt::print("  {}\n", line);
      is_first = false;
    }
  }
  return 0;
}

}  // namespace

void add_explain(CLI::App& app, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("explain", "tell how layers are mapped onto the architecture, and why");
  const auto arguments = std::make_shared<SubjectArguments>();
  arguments->add_to(*command);
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return explain(*arguments); }; });
}

}  // namespace systole
