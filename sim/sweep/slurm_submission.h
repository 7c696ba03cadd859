#pragma once
// DIR/slurm/NAME/: the points of one job array. NAME is the job's, too, so that it is found again even when
// the sweep was killed before it heard the job's number.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/point_process.h"

namespace systole {

class SlurmSubmission {
 public:
  /// A new one, without points.
  SlurmSubmission(const std::filesystem::path& queue, const std::string& sweep_name);
  /// One that was written. Without points if that was cut short, or damaged.
  explicit SlurmSubmission(std::filesystem::path folder);

  void add(const std::string& hash, const std::string& input);
  /// Makes it one that tasks can read.
  void write(const PointLimits& limits);
  void remove() const;

  std::string name() const { return folder_.filename().string(); }
  const std::filesystem::path& folder() const { return folder_; }
  const std::vector<std::string>& points() const { return points_; }  ///< by index; "" of one that is settled
  const PointLimits& limits() const { return limits_; }
  /// What the point is told; nothing when the file is damaged.
  std::optional<std::string> input(const std::string& hash) const;
  /// The last line that the task wrote.
  std::string last_words(size_t index) const;

  /// Its task is over and what came of it is noted.
  void settle(const std::vector<size_t>& indices);

 private:
  std::filesystem::path folder_;
  std::vector<std::string> points_;
  PointLimits limits_;
};

}  // namespace systole
