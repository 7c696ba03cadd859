#include "sim/sweep/slurm_executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/sweep/local_executor.h"
#include "sim/sweep/slurm_commands.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Kind = PointOutcome::Kind;

/// Slurm ends a job some time after its limit; a point that ends before can say why.
constexpr double kMarginSeconds = 15;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

PointLimits within(const SlurmConfig& config, PointLimits limits) {
  if (!config.time) return limits;
  const auto given = static_cast<double>(*slurm_seconds(*config.time));
  const double most = std::max(given - kMarginSeconds, given / 2);
  limits.seconds = std::min(limits.seconds.value_or(most), most);
  return limits;
}

std::vector<SlurmSubmission> submissions_in(const fs::path& queue) {
  std::vector<SlurmSubmission> submissions;
  if (!fs::exists(queue)) return submissions;
  for (const auto& entry : fs::directory_iterator(queue)) submissions.emplace_back(entry.path());
  return submissions;
}

}  // namespace

bool SlurmExecutor::has_patience(const std::string& hash, double seconds) {
  const double since = missing_since_.emplace(hash, now()).first->second;
  return now() - since < seconds;
}

bool SlurmExecutor::has_ended(const SlurmSubmission& submission, size_t index,
                              const std::string& state) const {
  const std::string& hash = submission.points()[index];
  const PointFolder& points = directory_.points();
  if (points.is_done(hash)) return true;
  // A process killed for its memory does not know why; Slurm does.
  if (state == "OUT_OF_MEMORY")
    points.record_failure(hash, {Kind::memory, "out of the memory that Slurm gave it"});
  if (points.failure(hash)) return true;
  if (state == "TIMEOUT")
    points.record_failure(hash, {Kind::timeout, "no result within the time that Slurm gave it"});
  if (state == "FAILED" || state == "BOOT_FAIL" || state == "NODE_FAIL" || state == "DEADLINE") {
    const std::string words = submission.last_words(index);
    points.record_failure(hash,
                          {Kind::crash, words.empty() ? "its task ended in Slurm's state " + state : words});
  }
  return points.failure(hash).has_value();
}

bool SlurmExecutor::look_at(SlurmSubmission submission, double patience_seconds, SlurmView& view) {
  const std::vector<std::string>& points = submission.points();
  const auto tasks = slurm_tasks(submission.name());
  std::map<size_t, const SlurmTask*> known;
  if (tasks) {
    for (const SlurmTask& task : *tasks) known[task.index] = &task;
  }
  std::vector<size_t> settled;
  size_t open = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (points[i].empty()) continue;
    const auto found = known.find(i);
    const bool is_over = tasks && (found == known.end() || found->second->is_over());
    if (has_ended(submission, i, is_over && found != known.end() ? found->second->state : "")) {
      if (is_over) settled.push_back(i);
      continue;
    }
    if (is_over && !has_patience(points[i], patience_seconds)) {
      const std::string words = submission.last_words(i);
      if (!words.empty()) view.last_words.push_back(words);
      settled.push_back(i);
      continue;
    }
    ++open;
    view.points.insert(points[i]);
    if (found == known.end()) continue;
    if (found->second->state == "PENDING") view.reason = found->second->reason;
    if (!is_over && found->second->state != "PENDING") ++view.running;
  }
  submission.settle(settled);
  return open > 0;
}

SlurmView SlurmExecutor::look(double patience_seconds) {
  SlurmView view;
  for (SlurmSubmission& submission : submissions_in(directory_.queue())) {
    if (!look_at(submission, patience_seconds, view)) submission.remove();
  }
  return view;
}

std::vector<std::string> SlurmExecutor::submit(const std::vector<std::string>& hashes,
                                               const std::function<std::string(size_t point)>& input,
                                               const std::string& sweep_name, const SlurmConfig& config,
                                               const PointLimits& limits) const {
  const fs::path folder = fs::absolute(directory_.path());
  if (folder.string().find_first_of("%\\") != std::string::npos)
    throw UserError(
        fmt::format("--out: error: Slurm takes the '%' or '\\' in {} for a pattern, legal: a path without",
                    quoted(folder.string())));
  std::vector<std::string> jobs;
  const size_t most = hashes.empty() ? 1 : largest_slurm_array();
  for (size_t first = 0; first < hashes.size(); first += most) {
    SlurmSubmission submission(directory_.queue(), sweep_name);
    try {
      for (size_t i = first; i < std::min(hashes.size(), first + most); ++i)
        submission.add(hashes[i], input(i));
      submission.write(within(config, limits));
      SlurmJob job;
      job.name = submission.name();
      job.tasks = submission.points().size();
      job.folder = folder;
      job.log = "slurm/" + submission.name() + "/%a.log";
      job.command = {fs::read_symlink("/proc/self/exe").string(), "simulate-task",
                     "slurm/" + submission.name()};
      if (config.throttle && !jobs.empty())
        job.begins_after = jobs.back();  // it limits an array, not a sweep
      jobs.push_back(systole::submit(job, config));
    } catch (...) {
      submission.remove();
      throw;
    }
  }
  return jobs;
}

std::string run_slurm_task(const fs::path& folder, size_t index, const WorkMaker& make_work,
                           const std::function<void()>& tick) {
  const SlurmSubmission submission(folder);
  if (index >= submission.points().size()) return "";  // the sweep has given it up
  const std::string& hash = submission.points()[index];
  const PointFolder points(folder.parent_path().parent_path() / "points");
  if (hash.empty() || points.is_done(hash)) return "";
  const std::optional<std::string> input = submission.input(hash);
  if (!input) return fmt::format("{}: error: what it says of point {} is damaged", folder.string(), hash);
  std::string complaint;
  ExecutorEvents events;
  events.work = [&](size_t) { return make_work(*input, points.path()); };
  events.started = [](size_t) {};
  events.ended = [&](size_t, const PointOutcome& outcome) {
    // SIGTERM is Slurm's word to all processes of a task, in any order: its state of the task says why.
    const bool says_nothing = outcome.kind == Kind::no_room || outcome.signal == SIGTERM;
    if (says_nothing) complaint = outcome.reason;
    if (outcome.kind != Kind::done && !says_nothing) points.record_failure(hash, outcome);
  };
  events.tick = tick;
  run_locally(1, 1, submission.limits(), events);
  return complaint;
}

}  // namespace systole
