#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "sim/cli/streams.h"
#include "sim/cli/sweep_steps.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/html/page.h"
#include "sim/report/html/rebuild.h"
#include "sim/sweep/collect.h"
#include "sim/sweep/sweep_summary.h"
#include "sim/sweep/sweep_tables.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

struct Counts {
  size_t done = 0, failed = 0, wrong = 0, pending = 0;
};

Counts count(const Json& sweep) {
  Counts counts;
  for (const auto& point : sweep.at("points")) {
    if (point.at("status") == "pending") ++counts.pending;
    if (point.at("status") == "failed") ++counts.failed;
    if (point.at("status") != "done") continue;
    ++counts.done;
    if (point.at("check") == "fail") ++counts.wrong;
  }
  return counts;
}

/// The points of a sweep from its sweep.json; which combinations they were is not needed to gather them.
SweepPoints points_of(const Json& sweep) {
  SweepPoints points;
  points.combinations = sweep.at("combinations");
  points.left_out = sweep.at("left_out");
  points.identical = sweep.at("identical");
  const Json set = sweep.value("set", Json::object());
  for (const auto& [path, value] : set.items()) points.set.emplace_back(path, value.get<std::string>());
  for (const Json& point : sweep.at("points")) {
    points.points.push_back({});
    points.points.back().hash = point.at("point");
    for (const auto& [key, value] : point.at("values").items())
      points.points.back().values.emplace_back(key, value.get<std::string>());
  }
  return points;
}

}  // namespace

Json write_sweep(const SweepPoints& points, const std::string& name,
                 const std::vector<std::string>& objectives, const SweepDirectory& directory) {
  const std::filesystem::path& path = directory.path();
  SweepTables tables(points, directory);
  const Json sweep = sweep_json(name, objectives, points, directory, &tables);
  tables.write();
  write_atomically(path / "sweep.json", sweep.dump(2) + "\n");
  write_atomically(path / "report.html", sweep_page(sweep));
  return sweep;
}

void tell_last_words(const SlurmView& view) {
  for (const std::string& words : view.last_words)
    tell("systole: a point stays to be run: {}\n", escaped(words));
}

void tell_damages(const SweepDirectory& directory) {
  for (const auto& [path, what] : directory.points().damages())
    fmt::print("{}: {}; it is damaged and counts for nothing\n", file_place(path.string()), what);
}

int conclude(const Json& sweep, const SweepDirectory& directory, size_t queued) {
  const Counts counts = count(sweep);
  const std::string path = directory.path().string();
  if (counts.done + counts.failed > 0) fmt::print("\n{}", sweep_summary(sweep, style_of(STDOUT_FILENO)));
  fmt::print("results in {}\nreport: {}\n", path, (directory.path() / "report.html").string());
  if (queued > 0) {
    fmt::print("{} of {} points are in Slurm's queue; collect them by: systole sweep {}\n", queued,
               sweep.at("points").size(), path);
  }
  flush_stdout();
  if (counts.wrong > 0) tell("systole: check failed at {} points, see sweep.json\n", counts.wrong);
  if (counts.failed > 0)
    tell("systole: {} of {} points failed (--retry-failed tries them again)\n", counts.failed,
         sweep.at("points").size());
  if (counts.pending > queued)
    tell("systole: {} of {} points are still to run; sweep the YAML file again\n", counts.pending - queued,
         sweep.at("points").size());
  return counts.wrong > 0 ? 3 : counts.failed > 0 || counts.pending > queued ? 4 : 0;
}

int collect_sweep(const std::string& directory_path) {
  const std::filesystem::path path(directory_path);
  const Json held = load_sweep_json(path / "sweep.json");
  const auto name = held.at("name").get<std::string>();
  const SweepDirectory directory(path, name);
  const SlurmView queue = SlurmExecutor(directory).look(0);
  tell_last_words(queue);
  const Json sweep =
      write_sweep(points_of(held), name, held.at("objectives").get<std::vector<std::string>>(), directory);
  tell_damages(directory);
  const int code = conclude(sweep, directory, queue.points.size());
  return code == 0 && !queue.points.empty() ? 4 : code;
}

}  // namespace systole
