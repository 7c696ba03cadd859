#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>

#include "sim/cli/arguments.h"
#include "sim/cli/cli.h"
#include "sim/cli/streams.h"
#include "sim/cli/trace_arguments.h"
#include "sim/config/energy.h"
#include "sim/report/csv.h"
#include "sim/report/html/page.h"
#include "sim/report/run_directory.h"
#include "sim/report/run_identity.h"
#include "sim/report/summary_csv.h"
#include "sim/report/terminal/progress.h"
#include "sim/report/terminal/summary.h"
#include "sim/report/terminal/wrap.h"
#include "sim/run/dump.h"
#include "sim/run/interrupt.h"
#include "sim/run/run.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Examples:
  systole run --arch edge_16x16 --workload resnet50
  systole run --arch edge_16x16 --workload resnet50 --layer 'conv2_*' --layer fc
  systole run --arch tensor_core_4x4 --workload vgg16 --jobs 4 \
    --dataflow weight_stationary
  systole run --arch edge_16x16 --workload alexnet \
    --algorithm all --objective energy
  systole run --arch edge_16x16 --workload resnet50 --layer conv1 \
    --trace perfetto --trace-window 0:20000
  systole run --arch tiny_2x2 --workload conv_2x2_on_3x3 --show
  systole run --arch my_arch.yaml --workload my_net.yaml --out results/wide \
    --set buffers.input.size=256KiB

Writes results.json, results.csv, summary.csv (the figures most plots show), report.html (for a browser) and host.json to --out, by default results/WORKLOAD@ARCH-HASH where HASH stands for
everything that decides the results. A directory that holds the results of another run is never overwritten; the same
run again replaces its own. Nothing is written unless all layers were simulated.

Exit codes: 0 good, 1 a fault of systole, 2 a mistake in the input, 3 a simulated result is wrong.)";

constexpr uint64_t kBytesPerRun = 96 << 10, kBytesPerLayer = 26 << 10,  // a little more than the files take
    kBytesPerBank = 128;

struct RunArguments {
  SubjectArguments subject;
  std::optional<std::string> out;
  std::string seed = "1", jobs = "1";
  bool no_check = false, no_values = false, fp64 = false, audit = false, exact_step = false, show = false;
  std::optional<std::string> dump;
  std::optional<std::string> trace, trace_window;
};

/// Without values there is nothing to move, to write or to print; without a check nothing is computed again.
void refuse_what_needs_values(const RunArguments& arguments) {
  if (arguments.fp64 && (arguments.no_check || arguments.no_values)) {
    throw UserError(fmt::format("--fp64: error: is part of the check, legal: without {}",
                                arguments.no_values ? "--no-values" : "--no-check"));
  }
  if (!arguments.no_values) return;
  const std::pair<bool, const char*> wants[] = {{arguments.exact_step, "--exact-step"},
                                                {arguments.show, "--show"},
                                                {arguments.dump.has_value(), "--dump"}};
  for (const auto& [wanted, option] : wants) {
    if (wanted) throw UserError(fmt::format("{}: error: needs values, legal: without --no-values", option));
  }
}

RunOptions load(const RunArguments& arguments) {
  refuse_what_needs_values(arguments);
  RunOptions options;
  options.seed = parse_number("--seed", arguments.seed, 0, std::numeric_limits<uint64_t>::max());
  options.jobs = static_cast<unsigned>(parse_number("--jobs", arguments.jobs, 1, 256));
  options.is_alone = true;
  options.check = !arguments.no_check && !arguments.no_values;
  options.fp64 = arguments.fp64;
  options.values = arguments.no_values ? Values::none : Values::computed;
  options.audit = arguments.audit;
  options.stepping = arguments.exact_step ? Stepping::exact : Stepping::block;
  options.show = arguments.show;
  options.trace = parse_trace(arguments.trace, arguments.trace_window);
  options.arch = arguments.subject.load_arch();
  options.energy = load_energy_table(options.arch.energy_table, options.arch.params);
  options.workload = arguments.subject.load_workload();
  options.workload_path = arguments.subject.workload_path();
  return options;
}

RunOutcome simulate_with_progress(const RunOptions& options, RunPlan& plan) {
  const std::vector<PlannedLayer>& layers = plan.layers;
  uint64_t work = 0;
  for (const PlannedLayer& layer : layers) work += layer.problem.macs();
  Progress progress(layers.size(), work, plan.choices.empty() ? "layers" : "simulations");
  PoolEvents events;
  events.started = [&](size_t i) { progress.started(layers[i].layer.name); };
  events.finished = [&](size_t i) { progress.finished(layers[i].problem.macs()); };
  events.tick = [&] { progress.tick(); };
  return simulate(options, plan, events);
}

int run(const RunArguments& arguments) {
  catch_interrupts();
  RunOptions options = load(arguments);
  RunPlan planned = plan(options);
  const nlohmann::ordered_json identity = identity_of(options);
  const std::string hash = hash_of(identity);
  const std::string name =
      fmt::format("{}@{}-{}", options.workload.name, options.arch.name, hash.substr(0, 8));
  const std::filesystem::path path =
      arguments.out ? std::filesystem::path(*arguments.out) : std::filesystem::path("results") / name;
  const DramGeometry& dram = options.arch.params.dram.banked.geometry;
  const uint64_t per_layer = kBytesPerLayer + kBytesPerBank * dram.channels * dram.banks_per_channel();
  RunDirectory directory(path, hash, page_bytes() + kBytesPerRun + per_layer * planned.layers.size(),
                         identity);

  if (options.trace) options.trace->directory = directory.staging();
  std::optional<DumpDirectory> dump;
  if (arguments.dump) options.dump = dump.emplace(*arguments.dump).staging();
  const RunOutcome outcome = simulate_with_progress(options, planned);
  throw_if_interrupted();
  if (dump) dump->commit();
  directory.commit({{"host.json", outcome.host.dump(2) + "\n"},
                    {"results.csv", layers_csv(outcome.results["layers"])},
                    {"summary.csv", summary_csv(outcome.results["layers"])},
                    {"report.html", run_page(outcome.results, "results.json")},
                    {"results.json", outcome.results.dump(2) + "\n"}},
                   files_of(options.trace));
  const Style style = style_of(STDOUT_FILENO);
  for (const std::string& arrays : outcome.shown) fmt::print("{}\n", arrays);
  fmt::print("{}", summary_of(outcome.results, outcome.host, style));
  for (const auto& warning : outcome.results["warnings"])
    fmt::print("{}\n", wrapped(warning.get<std::string>(), style, 2));
  fmt::print("results in {}\nreport: {}\n", path.string(), (path / "report.html").string());
  if (arguments.dump) fmt::print("arrays: {}\n", *arguments.dump);
  for (const std::string& file : files_of(options.trace)) fmt::print("trace: {}\n", (path / file).string());
  for (const std::string& note : options.workload.notes) fmt::print("{}\n", wrapped(note, style, 2));
  for (const std::string& line : outcome.left_out) fmt::print("{}\n", wrapped(line, style, 2));
  for (const std::string& failure : outcome.failures) tell("systole: check failed: {}\n", failure);
  return outcome.exit_code();
}

}  // namespace

void add_run(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("run", "simulate the layers of a workload on an architecture");
  const auto arguments = std::make_shared<RunArguments>();
  arguments->subject.add_to(*command);
  command
      ->add_option("--objective", arguments->subject.objective,
                   "what --algorithm auto and all choose by: cycles, energy, edp")
      ->type_name("O");
  command->add_option("--out", arguments->out, "directory of the results")->type_name("DIR");
  command->add_option("--seed", arguments->seed, "seed of the layers' data")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--jobs", arguments->jobs, "layers simulated at a time")
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--exact-step", arguments->exact_step,
                    "move every PE's registers and every byte in time: the same results, slower");
  command->add_option("--trace", arguments->trace, "a timeline beside the results: perfetto or vcd")
      ->type_name("KIND");
  command
      ->add_option("--trace-window", arguments->trace_window,
                   "only these cycles of each layer, END not included")
      ->type_name("BEGIN:END");
  command->add_option("--dump", arguments->dump, "write every layer's arrays there, as .npy files")
      ->type_name("DIR");
  command->add_flag("--show", arguments->show, "print the arrays of small layers");
  command->add_flag("--no-check", arguments->no_check, "do not compare the outputs with the references");
  command->add_flag("--fp64", arguments->fp64, "measure every layer's error against fp64 too");
  command->add_flag("--no-values", arguments->no_values,
                    "cycles, counts and energy alone: no data, no check");
  command->add_flag("--audit", arguments->audit,
                    "prove of every program that its waits keep its order, whatever the units' speed; "
                    "time equal layers each on its own and compare them");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace systole
