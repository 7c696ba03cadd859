#pragma once
// DIR/points/HASH.json (the point's results.json), HASH.host.json, or HASH.failed.json; and what is made of
// them: sweep.json, sweep.csv, host.csv. Every file appears whole or not at all.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sim/sweep/point_process.h"

namespace systole {

class SweepDirectory {
 public:
  /// Creates or resumes the directory of the sweep of this name, and holds it alone. Throws UserError when it
  /// holds anything else, cannot be written, or another sweep works in it.
  SweepDirectory(std::filesystem::path path, const std::string& name);
  ~SweepDirectory();
  SweepDirectory(const SweepDirectory&) = delete;
  SweepDirectory& operator=(const SweepDirectory&) = delete;

  bool is_done(const std::string& hash) const;
  /// Throws UserError when the file is not what a point leaves.
  nlohmann::ordered_json results(const std::string& hash) const;
  nlohmann::ordered_json host(const std::string& hash) const;
  /// {"kind", "reason"} of a point that failed.
  std::optional<nlohmann::ordered_json> failure(const std::string& hash) const;
  void record_failure(const std::string& hash, const PointOutcome& outcome) const;
  void forget_failure(const std::string& hash) const;

  std::filesystem::path points() const { return path_ / "points"; }
  const std::filesystem::path& path() const { return path_; }

 private:
  void check_holder(const std::string& name) const;
  void lock();
  void remove_partial_files() const;
  nlohmann::ordered_json read(const std::string& file_name, const std::string& hash) const;

  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace systole
