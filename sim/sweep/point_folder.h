#pragma once
// HASH.json (the point's results.json), HASH.host.json, or HASH.failed.json. Every file appears whole or not
// at all, so that points may be written from any machine that shares the folder. One that is damaged all the
// same counts for nothing: its point is run again.
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "sim/sweep/point_process.h"

namespace systole {

/// What a point that is done leaves.
struct PointFiles {
  nlohmann::ordered_json results, host;
};

class PointFolder {
 public:
  explicit PointFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Its files, where they are there, and whole.
  std::optional<PointFiles> files(const std::string& hash) const;
  /// Whether they are.
  bool is_done(const std::string& hash) const;
  /// Whether they are there, in whatever state.
  bool has_files(const std::string& hash) const;
  /// Of a point that is done. Throws UserError when they have gone since.
  PointFiles files_of_done(const std::string& hash) const;
  /// {"kind", "reason"} of a point that failed.
  std::optional<nlohmann::ordered_json> failure(const std::string& hash) const;
  void record_failure(const std::string& hash, const PointOutcome& outcome) const;
  void forget_failure(const std::string& hash) const;

  const std::filesystem::path& path() const { return path_; }
  /// The damaged files met so far of points that are not done, and what is wrong with each.
  const std::map<std::filesystem::path, std::string>& damages() const { return damages_; }

 private:
  using Json = nlohmann::ordered_json;
  /// The file, null when it is missing or damaged.
  Json read(const std::string& file_name, const std::string& hash, const Json& shape) const;
  Json read_results(const std::string& hash) const;
  Json read_host(const std::string& hash) const;

  std::filesystem::path path_;
  mutable std::set<std::string> done_;  ///< hashes; what is done stays so
  mutable std::map<std::filesystem::path, std::string> damages_;
};

}  // namespace systole
