#pragma once
// The steps of 'systole sweep'.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "sim/sweep/points.h"
#include "sim/sweep/slurm_executor.h"
#include "sim/sweep/sweep_directory.h"

namespace systole {

/// A sweep under way.
struct SweepWork {
  const SweepConfig& config;
  SweepSource& source;
  const SweepPoints& points;
  const SweepDirectory& directory;

  /// As it was found when the sweep began. Throws UserError when it has changed since.
  ResolvedPoint resolved(const SweepPoint& point) const;
  /// Those without results. Failed ones only with `retries_failed`, which forgets the failure.
  std::vector<const SweepPoint*> open_points(bool retries_failed) const;
};

/// Tells of Slurm's tasks that left neither results nor a failure.
void tell_last_words(const SlurmView& view);
/// Tells of damaged files of points, which count for nothing.
void tell_damages(const SweepDirectory& directory);

/// Simulates points in processes of this machine.
void simulate_here(const SweepWork& work, const std::vector<const SweepPoint*>& open, unsigned jobs,
                   const PointLimits& limits);

/// Submits points, and waits for all that are queued if the sweep says so.
void simulate_on_slurm(const SweepWork& work, const std::vector<const SweepPoint*>& open,
                       SlurmExecutor& slurm, const PointLimits& limits);

/// sweep.csv, summary.csv, host.csv, sweep.json and report.html from what the folder of points holds. Returns
/// sweep.json.
nlohmann::ordered_json write_sweep(const SweepPoints& points, const std::string& name,
                                   const std::vector<std::string>& objectives,
                                   const SweepDirectory& directory);

/// Tells people of it; `queued` points are Slurm's. Returns the exit code.
int conclude(const nlohmann::ordered_json& sweep, const SweepDirectory& directory, size_t queued);

/// 'systole sweep DIR': gathers what a sweep has left so far.
int collect_sweep(const std::string& directory);

}  // namespace systole
