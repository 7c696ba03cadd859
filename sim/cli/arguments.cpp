#include "sim/cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/config/scalars.h"
#include "sim/config/text.h"

namespace systole {

void SubjectArguments::add_to(CLI::App& command) {
  command.add_option("--arch", arch, "architecture: a YAML file, or a name from 'systole list archs'")
      ->type_name("A")
      ->required();
  command
      .add_option("--workload", workload, "workload: a YAML file, or a name from 'systole list workloads'")
      ->type_name("W")
      ->required();
  command
      .add_option("--layer", layers, "only this layer, or those of a pattern, as 'conv2_*' (more than once)")
      ->type_name("NAME");
  command
      .add_option("--set", set, "override a key of the architecture, as pe_array.rows=32 (more than once)")
      ->type_name("PATH=VALUE");
  command.add_option("--algorithm", algorithm, "for every layer: see 'systole list algorithms'")
      ->type_name("X");
  command.add_option("--dataflow", dataflow, "for every layer: see 'systole list dataflows'")->type_name("Y");
  command.add_option("--format", format, "for every layer: see 'systole list formats'")->type_name("F");
  command
      .add_option(
          "--activation", activation,
          "for every layer: see 'systole list activations'; with numbers as function=clamp,low=-1,high=1")
      ->type_name("F");
  command
      .add_option("--scale", scale,
                  "for every layer of integers whose outputs have fewer bits than its sums: requantizes them")
      ->type_name("X");
}

ArchConfig SubjectArguments::load_arch() const { return systole::load_arch(arch, parse_overrides(set)); }

WorkloadConfig SubjectArguments::load_workload() const {
  WorkloadConfig config =
      systole::load_workload(workload, {layers, algorithm, dataflow, format, objective, scale, activation});
  const auto has_choice = [](const Layer& layer) { return layer.has_choice(); };
  if (objective && std::none_of(config.layers.begin(), config.layers.end(), has_choice))
    throw UserError(
        "--objective: error: no layer leaves its algorithm open, legal: with --algorithm auto or all");
  return config;
}

std::string SubjectArguments::workload_path() const { return shipped_path(Shipped::workload, workload); }

std::vector<Override> parse_overrides(const std::vector<std::string>& set) {
  std::vector<Override> overrides;
  for (const std::string& text : set) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UserError(
          fmt::format("--set: error: got {}, legal: path=value, as pe_array.rows=32", quoted(text)));
    }
    overrides.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return overrides;
}

uint64_t parse_number(const std::string& option, const std::string& text, uint64_t min, uint64_t max) {
  const std::optional<uint64_t> value = parse_unsigned(text);
  if (value && *value >= min && *value <= max) return *value;
  throw UserError(
      fmt::format("{}: error: got {}, legal: an integer from {} to {}", option, quoted(text), min, max));
}

}  // namespace systole
