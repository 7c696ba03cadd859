#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "sim/cli/cli.h"
#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/results_shape.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Example:
  systole schema arch > arch.schema.json

Prints the JSON Schema of a kind of YAML file, made from the tables that systole reads such files by, or of
results.json, with the unit and description of each figure. An editor with a
YAML language server completes and checks a file that begins with
  # yaml-language-server: $schema=arch.schema.json
as the shipped files do with those in docs/schemas/.)";

const std::vector<std::pair<std::string, nlohmann::ordered_json (*)()>> kSchemas = {
    {"arch", arch_schema},
    {"workload", workload_schema},
    {"sweep", sweep_schema},
    {"results", results_schema}};

int print_schema(const std::string& kind) {
  std::vector<std::string> names;
  for (const auto& [name, make] : kSchemas) names.push_back(name);
  const auto found = std::find(names.begin(), names.end(), kind);
  if (found == names.end()) {
    const std::string hint = did_you_mean(kind, names);
    throw UserError(fmt::format("schema: error: got {}{} legal: {}", kind.empty() ? "nothing" : quoted(kind),
                                hint.empty() ? "," : hint, joined(names)));
  }
  fmt::print("{}\n", kSchemas[found - names.begin()].second().dump(2));
  return 0;
}

}  // namespace

void add_schema(CLI::App& app, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("schema", "print the JSON Schema of a kind of YAML file, or of results.json");
  const auto kind = std::make_shared<std::string>();
  command->add_option("kind", *kind, "arch, workload, sweep, results")->type_name("KIND");
  command->footer(kHelp);
  command->callback([kind, &chosen] { chosen = [kind] { return print_schema(*kind); }; });
}

}  // namespace systole
