#pragma once
// What is asked of Slurm: sbatch, squeue and scontrol, found on the PATH.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/slurm_config.h"

namespace systole {

/// One element of a job array.
struct SlurmTask {
  size_t index = 0;
  std::string state;   ///< as squeue spells it: PENDING, RUNNING, COMPLETED ...
  std::string reason;  ///< why it waits

  bool is_over() const;
};

struct SlurmJob {
  std::string name;
  size_t tasks = 0;
  std::filesystem::path folder;                  ///< where it runs
  std::string log;                               ///< from there, %a for the index
  std::vector<std::string> command;              ///< the same for all tasks
  std::optional<std::string> begins_after = {};  ///< another job's number
};

/// Throws UserError where there is no Slurm.
void require_slurm();

/// Submits the array and returns its number. Throws UserError with what sbatch says.
std::string submit(const SlurmJob& job, const SlurmConfig& config);

/// What Slurm knows of the jobs of this name, those that ended of late included; nothing when it does not
/// answer.
std::optional<std::vector<SlurmTask>> slurm_tasks(const std::string& job_name);

/// The largest array that it takes.
size_t largest_slurm_array();

}  // namespace systole
