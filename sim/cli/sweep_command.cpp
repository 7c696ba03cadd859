#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "sim/cli/arguments.h"
#include "sim/cli/cli.h"
#include "sim/cli/streams.h"
#include "sim/cli/sweep_steps.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/terminal/wrap.h"
#include "sim/run/interrupt.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/slurm_commands.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Example, shapes.yaml:
  arch: edge_16x16                  # one or a list; from this file's folder
  workload: resnet50                # the same
  layers: [conv1, conv2_1_*]        # names or patterns; default: all
  axes:                             # every combination of
    pe_array.rows: [8, 16, 32]      #   any key of the architecture
    dataflow: [output_stationary, weight_stationary] # algorithm, format, layer
  zip: {buffers.input.size: [64KiB, 256KiB],         # lists that advance
        buffers.weight.size: [64KiB, 256KiB]}        #   together
  points: [{pe_array.mma: {m: 1, n: 1, k: 1}},       # one by one
           {pe_array.mma: {m: 4, n: 4, k: 4}, pe_array.cols: 8}]
  where: [pe_array.rows * pe_array.cols <= 512,      # all of these hold
          dataflow != weight_stationary || buffers.input.size >= 128KiB]
  objectives: [cycles, energy]      # of the Pareto front

  systole sweep shapes.yaml --jobs 8
  systole sweep shapes.yaml --set dram.gbps=25.6

axes, zip and points are combined with each other. Conditions know + - * / % ^, comparisons, && || !, a ? b : c, min and
max, sizes such as 64KiB (in bytes) and all keys of the architecture; words are compared by == and !=.

Each point is simulated in a process of its own and leaves points/HASH.json in --out, by default results/NAME, where
HASH stands for everything that decides its results. The same command resumes: what is done is never done again, however
the sweep ended. Points that are identical run once. Points that fail are listed with their reason and are left out of
sweep.csv; --retry-failed gives them another chance.

  sweep.csv   a row for each point and layer, however the sweep was run
  summary.csv the same, of the figures that most plots show
  sweep.json  all points, totals, Pareto fronts, the best of each objective
  report.html the same for a browser
  host.csv    what the simulation took

With --executor slurm the points become a job array. Its keys in the sweep, all of them optional:
  slurm: {partition: long, time: 0:30:00, memory: 2GiB,   # of each point
          throttle: 100,                    # points that run at a time
          options: [--account=vision],      # for sbatch
          wait: true}                       # false: return at once
  systole sweep shapes.yaml --executor slurm    # what is not done nor queued
  systole sweep results/shapes                  # collects what has landed
The program, the directory and this one must be on file systems that the nodes share.

Exit codes: 0 good, 1 a fault of systole, 2 a mistake in the input, 3 a simulated result is wrong, 4 some points have no
results.)";

constexpr const char* kLocal = "local";
constexpr const char* kSlurm = "slurm";

struct SweepArguments {
  std::string file, jobs, executor = kLocal;
  std::optional<std::string> out, timeout, memory;
  std::vector<std::string> set;
  bool retry_failed = false;
};

unsigned jobs_of(const SweepArguments& arguments) {
  if (arguments.jobs.empty()) return std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(parse_number("--jobs", arguments.jobs, 1, 1024));
}

PointLimits limits_of(const SweepArguments& arguments) {
  PointLimits limits;
  if (arguments.timeout) {
    limits.seconds = parse_real(*arguments.timeout);
    if (!limits.seconds || *limits.seconds <= 0 || *limits.seconds > 1e9) {
      throw UserError(fmt::format("--point-timeout: error: got {}, legal: seconds, more than 0 and up to 1e9",
                                  quoted(*arguments.timeout)));
    }
  }
  if (arguments.memory) {
    limits.memory_bytes = parse_bytes(*arguments.memory);
    if (!limits.memory_bytes || *limits.memory_bytes < (1 << 20)) {
      throw UserError(fmt::format("--point-memory: error: got {}, legal: a size such as 2GiB, from 1MiB",
                                  quoted(*arguments.memory)));
    }
  }
  return limits;
}

void announce(const SweepConfig& config, const SweepPoints& points, size_t open) {
  std::string text = fmt::format("{}: {} points", config.name, points.points.size());
  if (points.left_out > 0) text += fmt::format(", {} combinations left out", points.left_out);
  if (points.identical > 0) text += fmt::format(", {} identical to others", points.identical);
  if (open < points.points.size()) text += fmt::format(", {} still to run", open);
  for (const auto& [key, value] : points.set) text += fmt::format(", {} = {}", key, value);
  const Style style = style_of(STDOUT_FILENO);
  fmt::print("{}\n", wrapped(text, style, 2));
  for (const std::string& note : points.notes) fmt::print("{}\n", wrapped(note, style, 2));
  flush_stdout();
}

/// What Slurm still works on, where points were submitted to it.
SlurmView queued_points(SlurmExecutor& slurm, const SweepArguments& arguments,
                        const std::filesystem::path& path) {
  const SlurmView view = slurm.look(0);
  tell_last_words(view);
  if (view.points.empty() || arguments.executor == kSlurm) return view;
  throw UserError(
      fmt::format("--executor: error: Slurm still works on {} points of {}, legal: slurm, or when they are "
                  "done (if it forgot "
                  "them, remove {})",
                  view.points.size(), quoted(path.string()), quoted((path / "slurm").string())));
}

int sweep_file(const SweepArguments& arguments) {
  const unsigned jobs = jobs_of(arguments);
  const PointLimits limits = limits_of(arguments);
  std::error_code error;
  const bool is_file = std::filesystem::exists(arguments.file, error);
  const SweepConfig config =
      load_sweep(is_file ? arguments.file : shipped_path(Shipped::sweep, arguments.file),
                 parse_overrides(arguments.set));
  SweepSource source(config);
  const SweepPoints points = expand(config, source, throw_if_interrupted);
  if (points.points.empty())
    throw UserError(fmt::format("{}: error: no point is left, legal: conditions that some points meet",
                                file_place(arguments.file)));
  const std::filesystem::path path =
      arguments.out ? std::filesystem::path(*arguments.out) : std::filesystem::path("results") / config.name;
  if (arguments.executor == kSlurm) require_slurm();
  const SweepDirectory directory(path, config.name);
  const SweepWork work{config, source, points, directory};
  SlurmExecutor slurm(directory);
  SlurmView queue = queued_points(slurm, arguments, path);
  write_atomically(path / "sweep.json",
                   sweep_json(config.name, config.objectives, points, directory).dump(2) + "\n");
  std::vector<const SweepPoint*> open = work.open_points(arguments.retry_failed);
  tell_damages(directory);
  announce(config, points, open.size());
  const auto is_queued = [&queue](const SweepPoint* point) { return queue.points.count(point->hash) > 0; };
  open.erase(std::remove_if(open.begin(), open.end(), is_queued), open.end());
  if (arguments.executor == kSlurm) {
    simulate_on_slurm(work, open, slurm, limits);
    queue = slurm.look(0);
  } else {
    simulate_here(work, open, jobs, limits);
  }
  return conclude(write_sweep(points, config.name, config.objectives, directory), directory,
                  queue.points.size());
}

int sweep_directory(const SweepArguments& arguments) {
  const std::pair<const char*, bool> others[] = {{"--out", arguments.out.has_value()},
                                                 {"--set", !arguments.set.empty()},
                                                 {"--jobs", !arguments.jobs.empty()},
                                                 {"--executor", arguments.executor != kLocal},
                                                 {"--point-timeout", arguments.timeout.has_value()},
                                                 {"--point-memory", arguments.memory.has_value()},
                                                 {"--retry-failed", arguments.retry_failed}};
  for (const auto& [option, is_given] : others) {
    if (is_given)
      throw UserError(
          fmt::format("{}: error: {} is a directory, whose points are only collected, legal: with the "
                      "sweep's YAML file",
                      option, quoted(arguments.file)));
  }
  return collect_sweep(arguments.file);
}

int sweep(const SweepArguments& arguments) {
  catch_interrupts();
  if (arguments.executor != kLocal && arguments.executor != kSlurm)
    throw UserError(
        fmt::format("--executor: error: got {}, legal: {}, {}", quoted(arguments.executor), kLocal, kSlurm));
  if (arguments.executor == kSlurm && !arguments.jobs.empty())
    throw UserError(
        "--jobs: error: counts points of this machine, legal: with --executor local (for Slurm: a key "
        "slurm.throttle in the sweep)");
  std::error_code error;
  const bool is_directory = std::filesystem::is_directory(arguments.file, error);
  try {
    return is_directory ? sweep_directory(arguments) : sweep_file(arguments);
  } catch (const std::filesystem::filesystem_error& failed) {
    throw UserError(fmt::format("--out: error: cannot write {}: {}", quoted(failed.path1().string()),
                                failed.code().message()));
  }
}

}  // namespace

void add_sweep(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("sweep", "simulate many variations, and resume what was begun");
  const auto arguments = std::make_shared<SweepArguments>();
  command
      ->add_option(
          "file", arguments->file,
          "what varies: a YAML file, or a name from 'systole list sweeps'; or a directory of results, to be "
          "collected")
      ->type_name("SWEEP.yaml-or-DIR")
      ->required();
  command->add_option("--out", arguments->out, "directory of the results")->type_name("DIR");
  command
      ->add_option("--set", arguments->set,
                   "override a key of the base architectures, as dram.gbps=25.6 (more than once)")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command->add_option("--jobs", arguments->jobs, "points simulated at a time (default: one a core)")
      ->type_name("N");
  command->add_option("--executor", arguments->executor, "where points run: local, or slurm (as a job array)")
      ->type_name("local|slurm")
      ->capture_default_str();
  command->add_option("--point-timeout", arguments->timeout, "give a point up after so many seconds")
      ->type_name("SECONDS");
  command->add_option("--point-memory", arguments->memory, "let a point's process have so much address space")
      ->type_name("SIZE");
  command->add_flag("--retry-failed", arguments->retry_failed, "run points that failed before again");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return sweep(*arguments); }; });
}

}  // namespace systole
