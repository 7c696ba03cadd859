#pragma once
// DIR/points/, and what is made of them: sweep.json, sweep.csv, host.csv, report.html. Every file appears
// whole or not at all. DIR/slurm/ holds what is queued elsewhere.
#include <filesystem>
#include <string>

#include "sim/sweep/point_folder.h"

namespace systole {

class SweepDirectory {
 public:
  /// Creates or resumes the directory of the sweep of this name, and holds it alone. Throws UserError when it
  /// holds anything else, cannot be written, or another sweep works in it.
  SweepDirectory(std::filesystem::path path, const std::string& name);
  ~SweepDirectory();
  SweepDirectory(const SweepDirectory&) = delete;
  SweepDirectory& operator=(const SweepDirectory&) = delete;

  const PointFolder& points() const { return points_; }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path queue() const { return path_ / "slurm"; }  ///< of submissions

 private:
  void check_holder(const std::string& name) const;
  void lock();
  void remove_partial_files() const;

  std::filesystem::path path_;
  PointFolder points_;
  int lock_ = -1;
};

}  // namespace systole
