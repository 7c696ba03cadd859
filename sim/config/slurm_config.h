#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/fields.h"

namespace systole {

/// How a sweep's points are submitted to Slurm. What is not given is left to the cluster's defaults.
struct SlurmConfig {
  std::optional<std::string> partition;
  std::optional<std::string> time;       ///< of a point, as Slurm writes it: minutes, h:m:s, d-h:m:s ...
  std::optional<uint64_t> memory_bytes;  ///< of a point
  std::optional<uint64_t> throttle;      ///< points that run at a time
  bool waits = true;
  std::vector<std::string> options;  ///< further ones of sbatch
};

const Table<SlurmConfig>& slurm_table();

/// A time as Slurm reads it, in seconds.
std::optional<uint64_t> slurm_seconds(const std::string& time);

}  // namespace systole
