#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "sim/cli/point.h"
#include "sim/cli/streams.h"
#include "sim/cli/sweep_steps.h"
#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/reference/warm_up.h"
#include "sim/report/run_identity.h"
#include "sim/report/terminal/progress.h"
#include "sim/run/interrupt.h"
#include "sim/run/pool.h"
#include "sim/sweep/local_executor.h"

namespace systole {
namespace {

constexpr double kLandingSeconds = 60;  // a shared file system shows files late
constexpr int kTickMilliseconds = 100;
constexpr int kShortestLook = 5, kLongestLook = 100;  // ticks

uint64_t work_of(const std::vector<const SweepPoint*>& points) {
  uint64_t work = 0;
  for (const SweepPoint* point : points) work += point->macs;
  return work;
}

/// Waits for all that is queued, with a look at Slurm now and then, ever rarer.
void wait_for(SlurmExecutor& slurm, const SweepWork& work) {
  SlurmView view = slurm.look(kLandingSeconds);
  std::vector<const SweepPoint*> waited;
  for (const SweepPoint& point : work.points.points) {
    if (view.points.count(point.hash) > 0) waited.push_back(&point);
  }
  Progress progress(waited.size(), work_of(waited), "points");
  int ticks = kShortestLook;
  while (!view.points.empty()) {
    const size_t waiting = view.points.size() - std::min(view.points.size(), view.running);
    progress.started(fmt::format("Slurm runs {}, {} wait{}", view.running, waiting,
                                 waiting > 0 && view.reason != "None" ? " (" + view.reason + ")" : ""));
    for (int i = 0; i < ticks; ++i) {
      ::poll(nullptr, 0, kTickMilliseconds);
      throw_if_interrupted();
      progress.tick();
    }
    ticks = std::min(kLongestLook, ticks + ticks / 4);
    view = slurm.look(kLandingSeconds);
    tell_last_words(view);
    const auto landed = std::stable_partition(waited.begin(), waited.end(), [&view](const SweepPoint* point) {
      return view.points.count(point->hash) > 0;
    });
    std::for_each(landed, waited.end(), [&](const SweepPoint* point) { progress.finished(point->macs); });
    waited.erase(landed, waited.end());
  }
}

}  // namespace

ResolvedPoint SweepWork::resolved(const SweepPoint& point) const {
  ResolvedPoint resolved = source.resolve(point.combination);
  if (hash_of(resolved.identity) != point.hash)
    throw UserError("sweep: error: a file it reads has changed; start the sweep again");
  return resolved;
}

std::vector<const SweepPoint*> SweepWork::open_points(bool retries_failed) const {
  std::vector<const SweepPoint*> open;
  for (const SweepPoint& point : points.points) {
    if (directory.points().is_done(point.hash)) continue;
    if (directory.points().failure(point.hash)) {
      if (!retries_failed) continue;
      directory.points().forget_failure(point.hash);
    }
    open.push_back(&point);
  }
  return open;
}

void simulate_here(const SweepWork& work, const std::vector<const SweepPoint*>& open, unsigned jobs,
                   const PointLimits& limits) {
  Progress progress(open.size(), work_of(open), "points");
  const PointFolder& folder = work.directory.points();
  ExecutorEvents events;
  std::set<LaneNumber> warm;
  events.work = [&](size_t i) {
    RunOptions options = options_of(work.resolved(*open[i]), work.config);
    for (const Layer& layer : options.workload.layers) {
      if (options.check && warm.insert(layer.formats().lane()).second)
        warm_up_library(layer.formats().lane());
    }
    return work_of(std::move(options), open[i]->hash, folder.path());
  };
  events.started = [&](size_t i) { progress.started(open[i]->hash); };
  events.ended = [&](size_t i, const PointOutcome& outcome) {
    const std::string& hash = open[i]->hash;
    if (outcome.kind == PointOutcome::Kind::no_room) {
      throw UserError(outcome.reason + "; the point stays to be run: make room and sweep again");
    } else if (outcome.kind != PointOutcome::Kind::done) {
      folder.record_failure(hash, outcome);
    } else if (!folder.has_files(hash)) {
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

void simulate_on_slurm(const SweepWork& work, const std::vector<const SweepPoint*>& open,
                       SlurmExecutor& slurm, const PointLimits& limits) {
  std::vector<std::string> hashes;
  for (const SweepPoint* point : open) hashes.push_back(point->hash);
  const auto input = [&](size_t i) {
    throw_if_interrupted();
    return told(work.resolved(*open[i]), open[i]->hash);
  };
  const auto jobs = slurm.submit(hashes, input, work.config.name, work.config.slurm, limits);
  if (!jobs.empty())
    fmt::print("submitted to Slurm as job{} {}\n", jobs.size() > 1 ? "s" : "", fmt::join(jobs, ", "));
  flush_stdout();
  if (!work.config.slurm.waits) return;
  try {
    wait_for(slurm, work);
  } catch (const Interrupted&) {
    tell("systole: no longer waiting; Slurm goes on, and 'systole sweep {}' collects\n",
         work.directory.path().string());
    throw;
  }
}

}  // namespace systole
