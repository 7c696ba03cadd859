#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "sim/cli/cli.h"
#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/config/names.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/lanes/post_program.h"
#include "sim/reference/activation.h"
#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"
#include "sim/report/terminal/wrap.h"
#include "sim/sweep/points.h"

namespace systole {
namespace {

/// A name and what it stands for.
using Item = std::pair<std::string, std::string>;
using Items = std::vector<Item>;

std::string describe_arch(const std::string& name) {
  const AcceleratorParams& p = load_arch(name, {}).params;
  const MmaParams& mma = p.pe_array.mma;
  const std::string units =
      mma.macs() == 1 ? "scalar PEs" : fmt::format("PEs of {}x{}x{}", mma.m, mma.n, mma.k);
  return fmt::format(
      "{}x{} {}, {}, {}, {} MHz, {:.4g} TOPS", p.pe_array.rows, p.pe_array.cols, units,
      name_of(kInterconnectNames, p.pe_array.interconnect), traits_of(p.pe_array.dataflow).name,
      static_cast<double>(p.clock_khz) / 1000,
      2e-9 * static_cast<double>(p.pe_array.peak_macs_per_cycle()) * static_cast<double>(p.clock_khz));
}

std::string describe_workload(const std::string& name) {
  const WorkloadConfig workload = load_workload(name);
  uint64_t macs = 0, layers = 0;
  for (const Layer& layer : workload.layers) {
    macs += make_problem(layer).macs() * layer.repeat;
    layers += layer.repeat;
  }
  return fmt::format("{} layer{}, {}", layers, layers == 1 ? "" : "s",
                     engineering(static_cast<double>(macs), "MAC"));
}

std::string describe_energy(const std::string& name) {
  return load_energy_table(name, AcceleratorParams{}).summary;
}

std::string describe_dram(const std::string& name) {
  const DramParams dram = load_dram(name, {});
  const double gbps = static_cast<double>(dram.bandwidth_num) / static_cast<double>(dram.bandwidth_den);
  if (dram.kind != DramKind::banked)
    return fmt::format("{}, {:.4g} GB/s", name_of(kDramKindNames, dram.kind), gbps);
  const DramGeometry& g = dram.banked.geometry;
  const std::string rails = rails_text(dram);
  return fmt::format("banked, {:.4g} GB/s: {} channel{} of {} bits, {} rank{} of {} banks, {} a burst; {}",
                     gbps, g.channels, g.channels == 1 ? "" : "s", g.bus_bits, g.ranks,
                     g.ranks == 1 ? "" : "s", g.banks_per_rank(), bytes_text(g.burst_bytes()),
                     rails.empty() ? "no currents" : "currents: " + rails);
}

std::string describe_sweep(const std::string& name) {
  const SweepConfig sweep = load_sweep(shipped_path(Shipped::sweep, name));
  SweepSource source(sweep);
  const size_t points = expand(sweep, source, [] {}).points.size();
  return fmt::format("{} points, by {}", points, joined(sweep.keys));
}

Items list_shipped(Shipped kind, const std::function<std::string(const std::string&)>& describe) {
  Items items;
  for (const std::string& name : shipped(kind)) items.emplace_back(name, describe(name));
  return items;
}

Items list_algorithms() {
  Items items;
  for (const Algorithm& algorithm : algorithms()) items.emplace_back(algorithm.name, algorithm.summary);
  items.emplace_back(kAutoAlgorithm,
                     "every one that takes the layer is simulated, the best by --objective kept");
  items.emplace_back(kAllAlgorithms, "the same, and all of them are kept");
  return items;
}

Items list_dataflows() {
  Items items;
  for (const DataflowTraits& dataflow : dataflows()) items.emplace_back(dataflow.name, dataflow.summary);
  return items;
}

Items list_formats() {
  Items items;
  for (const Format format : formats()) {
    const NumberFormat& traits = traits_of(format);
    items.push_back(
        {traits.name, fmt::format("{}, sums in {}", traits.summary, name_of(wide_format(traits.lane)))});
  }
  return items;
}

Items list_rules() {
  Items items;
  for (const SumRule rule : sum_rules()) items.emplace_back(traits_of(rule).name, traits_of(rule).summary);
  return items;
}

/// Costs are those of the function alone in fp32.
Items list_activations() {
  constexpr double kReach = 8;
  Items items;
  for (size_t f = 0; f < kActivations.size(); ++f) {
    PostOps ops;
    ops.activation.function = static_cast<ActivationFunction>(f);
    if (!ops.activation) {
      items.emplace_back(kActivations[f].name, kActivations[f].formula);
      continue;
    }
    const auto program = post_program(ops);
    const LaneCounts counts = program->counts();
    const uint64_t cycles = program->cycles(VectorUnitParams().special_cycles);
    const double error = activation_error(ops.activation, kReach);
    items.emplace_back(
        kActivations[f].name,
        fmt::format("{}; a group of lanes takes {} cycle{}: multiplies {}, adds {}, special {}, other {}; {}",
                    kActivations[f].formula, cycles, cycles == 1 ? "" : "s", counts.multiplies, counts.adds,
                    counts.special, counts.other,
                    error == 0 ? "exact" : fmt::format("within {:.1e} up to |x| = 8", error)));
  }
  return items;
}

Items list_opcodes() {
  constexpr const char* kClasses[] = {"multiply", "add", "shift", "special", "other"};
  Items items;
#define SYSTOLE_OPCODE(id, ...)                                                                     \
  {                                                                                                 \
    const LaneOpcodeTraits& traits = traits_of(LaneOpcode::id);                                     \
    items.emplace_back(traits.name, fmt::format("{}; counted as {}", traits.meaning,                \
                                                kClasses[static_cast<size_t>(traits.counted_as)])); \
  }
#include "models/lane_opcodes.def"
#undef SYSTOLE_OPCODE
  return items;
}

const std::vector<std::pair<std::string, std::function<Items()>>>& kinds() {
  static const std::vector<std::pair<std::string, std::function<Items()>>> all = {
      {"archs", [] { return list_shipped(Shipped::arch, describe_arch); }},
      {"workloads", [] { return list_shipped(Shipped::workload, describe_workload); }},
      {"algorithms", list_algorithms},
      {"dataflows", list_dataflows},
      {"formats", list_formats},
      {"rules", list_rules},
      {"activations", list_activations},
      {"opcodes", list_opcodes},
      {"dram", [] { return list_shipped(Shipped::dram, describe_dram); }},
      {"energy", [] { return list_shipped(Shipped::energy, describe_energy); }},
      {"sweeps", [] { return list_shipped(Shipped::sweep, describe_sweep); }},
  };
  return all;
}

int list(const std::string& kind) {
  std::vector<std::string> names;
  for (const auto& [name, items] : kinds()) names.push_back(name);
  const auto found = std::find(names.begin(), names.end(), kind);
  if (found == names.end()) {
    const std::string hint = did_you_mean(kind, names);
    throw UserError(fmt::format("list: error: got {}{} legal: {}", kind.empty() ? "nothing" : quoted(kind),
                                hint.empty() ? "," : hint, joined(names)));
  }
  const Items items = kinds()[found - names.begin()].second();
  const Style style = style_of(STDOUT_FILENO);
  size_t width = 0;
  for (const Item& item : items) width = std::max(width, width_of(item.first));
  for (const auto& [name, what] : items) {
    const std::string line = what.empty() ? name : left(name, width) + "  " + what;
    fmt::print("{}\n", wrapped(line, style, width + 2));
  }
  return 0;
}

}  // namespace

void add_list(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("list", "list what there is to choose from");
  const auto kind = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const auto& [name, items] : kinds()) names.push_back(name);
  command->add_option("kind", *kind, joined(names))->type_name("KIND");
  command->callback([kind, &chosen] { chosen = [kind] { return list(*kind); }; });
}

}  // namespace systole
