#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "sim/cli/arguments.h"
#include "sim/cli/cli.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/html/page.h"
#include "sim/report/run_identity.h"
#include "sim/report/terminal/progress.h"
#include "sim/run/interrupt.h"
#include "sim/run/pool.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/local_executor.h"
#include "sim/sweep/sweep_summary.h"

namespace systole {
namespace {

constexpr const char* kHelp = R"(Example, shapes.yaml:
  arch: edge_16x16                              # one or a list, as workload; from the folder of this file
  workload: resnet50
  layers: [conv1, conv2_1_b, conv5_3_b]         # default: all
  axes:                                         # every combination of
    pe_array.rows: [8, 16, 32]                  #   any key of the architecture
    dataflow: [output_stationary, weight_stationary]   #   algorithm, dataflow, format, layer
  zip: {buffers.input.size: [64KiB, 256KiB],    # lists that advance together
        buffers.weight.size: [64KiB, 256KiB]}
  points: [{pe_array.mma: {m: 1, n: 1, k: 1}}, {pe_array.mma: {m: 4, n: 4, k: 4}, pe_array.cols: 8}]   # one by one
  where: [pe_array.rows * pe_array.cols <= 512, dataflow != weight_stationary || buffers.input.size >= 128KiB]
  objectives: [cycles, energy]                  # of the Pareto front

  systole sweep shapes.yaml --jobs 8

axes, zip and points are combined with each other. Conditions know + - * / % ^, comparisons, && || !, a ? b : c, min and
max, sizes such as 64KiB (in bytes) and all keys of the architecture; words are compared by == and !=.

Each point is simulated in a process of its own and leaves points/HASH.json in --out, by default results/NAME, where
HASH stands for everything that decides its results. The same command resumes: what is done is never done again, however
the sweep ended. Points that are identical run once. Points that fail are listed with their reason and are left out of
sweep.csv; --retry-failed gives them another chance.

  sweep.csv   a row for each point and layer, the same bytes however the sweep was run
  sweep.json  all points, totals, Pareto fronts, the best of each objective
  report.html the same for a browser: Pareto front, parallel coordinates, heat map, main effects
  host.csv    what the simulation took

Exit codes: 0 good, 1 a fault of systole, 2 a mistake in the input, 3 a simulated result is wrong, 4 some points failed.)";

struct SweepArguments {
  std::string file, jobs;
  std::optional<std::string> out, timeout, memory;
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

/// The points still to be simulated.
std::vector<const SweepPoint*> open_points(const SweepPoints& points, const SweepDirectory& directory,
                                           bool retry_failed) {
  std::vector<const SweepPoint*> open;
  for (const SweepPoint& point : points.points) {
    if (directory.is_done(point.hash)) continue;
    if (directory.failure(point.hash)) {
      if (!retry_failed) continue;
      directory.forget_failure(point.hash);
    }
    open.push_back(&point);
  }
  return open;
}

void announce(const SweepConfig& config, const SweepPoints& points, size_t open) {
  std::string text = fmt::format("{}: {} points", config.name, points.points.size());
  if (points.left_out > 0) text += fmt::format(", {} combinations left out", points.left_out);
  if (points.identical > 0) text += fmt::format(", {} identical to others", points.identical);
  if (open < points.points.size()) text += fmt::format(", {} still to run", open);
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

void simulate_points(SweepSource& source, const std::vector<const SweepPoint*>& open,
                     const SweepDirectory& directory, unsigned jobs, const PointLimits& limits) {
  uint64_t work = 0;
  for (const SweepPoint* point : open) work += point->macs;
  Progress progress(open.size(), work, "points");
  ExecutorEvents events;
  events.task = [&](size_t i) -> PointTask {
    const ResolvedPoint resolved = source.resolve(open[i]->combination);
    if (hash_of(resolved.identity) != open[i]->hash)
      throw UserError("sweep: error: a file it reads has changed; start the sweep again");
    const nlohmann::ordered_json input = {
        {"run", open[i]->hash}, {"workload_path", resolved.workload_path}, {"identity", resolved.identity}};
    return {{"simulate-point", "--out", directory.points().string()}, input.dump()};
  };
  events.started = [&](size_t i) { progress.started(open[i]->hash); };
  events.ended = [&](size_t i, const PointOutcome& outcome) {
    const std::string& hash = open[i]->hash;
    if (outcome.kind != PointOutcome::Kind::done) {
      directory.record_failure(hash, outcome);
    } else if (!directory.is_done(hash)) {
      throw InternalError("point " + hash + " ended well and left no results");
    }
    progress.finished(open[i]->macs);
  };
  events.tick = [&] {
    throw_if_interrupted();
    progress.tick();
  };
  run_locally(open.size(), jobs, limits, events);
}

struct Counts {
  size_t failed = 0, wrong = 0;
};

Counts count(const nlohmann::ordered_json& sweep) {
  Counts counts;
  for (const auto& point : sweep.at("points")) {
    if (point.at("status") == "failed") ++counts.failed;
    if (point.at("status") == "done" && point.at("check") == "fail") ++counts.wrong;
  }
  return counts;
}

int sweep(const SweepArguments& arguments) {
  catch_interrupts();
  const unsigned jobs = jobs_of(arguments);
  const PointLimits limits = limits_of(arguments);
  const SweepConfig config = load_sweep(arguments.file);
  SweepSource source(config);
  const SweepPoints points = expand(config, source, throw_if_interrupted);
  if (points.points.empty())
    throw UserError(fmt::format("{}: error: no point is left, legal: conditions that some points meet",
                                escaped(arguments.file)));
  const std::filesystem::path path =
      arguments.out ? std::filesystem::path(*arguments.out) : std::filesystem::path("results") / config.name;
  const SweepDirectory directory(path, config.name);
  try {
    write_atomically(path / "sweep.json", sweep_json(config, points, directory).dump(2) + "\n");
    const std::vector<const SweepPoint*> open = open_points(points, directory, arguments.retry_failed);
    announce(config, points, open.size());
    simulate_points(source, open, directory, jobs, limits);
    write_csv_files(points, directory);
    const nlohmann::ordered_json collected = sweep_json(config, points, directory);
    write_atomically(path / "sweep.json", collected.dump(2) + "\n");
    write_atomically(path / "report.html", sweep_page(collected, (path / "sweep.json").string()));
    const Counts counts = count(collected);
    fmt::print("\n{}results in {}\nreport: {}\n", sweep_summary(collected, style_of(STDOUT_FILENO)),
               path.string(), (path / "report.html").string());
    std::fflush(stdout);
    if (counts.wrong > 0)
      fmt::print(stderr, "systole: check failed at {} points, see sweep.json\n", counts.wrong);
    if (counts.failed > 0)
      fmt::print(stderr, "systole: {} of {} points failed (--retry-failed tries them again)\n", counts.failed,
                 points.points.size());
    return counts.wrong > 0 ? 3 : counts.failed > 0 ? 4 : 0;
  } catch (const std::filesystem::filesystem_error& error) {
    throw UserError(fmt::format("--out: error: cannot write {}: {}", quoted(error.path1().string()),
                                error.code().message()));
  }
}

}  // namespace

void add_sweep(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("sweep", "simulate many variations, and resume what was begun");
  const auto arguments = std::make_shared<SweepArguments>();
  command->add_option("file", arguments->file, "what varies: a YAML file")
      ->type_name("SWEEP.yaml")
      ->required();
  command->add_option("--out", arguments->out, "directory of the results")->type_name("DIR");
  command->add_option("--jobs", arguments->jobs, "points simulated at a time (default: one a core)")
      ->type_name("N");
  command->add_option("--point-timeout", arguments->timeout, "give a point up after so many seconds")
      ->type_name("SECONDS");
  command
      ->add_option("--point-memory", arguments->memory,
                   "let a point's processes have so much address space each")
      ->type_name("SIZE");
  command->add_flag("--retry-failed", arguments->retry_failed, "run points that failed before again");
  command->footer(kHelp);
  command->callback([arguments, &chosen] { chosen = [arguments] { return sweep(*arguments); }; });
}

}  // namespace systole
