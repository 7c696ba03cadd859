#pragma once
// HASH.json (the point's results.json), HASH.host.json, or HASH.failed.json. Every file appears whole or not
// at all, so that points may be written from any machine that shares the folder.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sim/sweep/point_process.h"

namespace systole {

class PointFolder {
 public:
  explicit PointFolder(std::filesystem::path path) : path_(std::move(path)) {}

  bool is_done(const std::string& hash) const;
  /// Throws UserError when the file is not what a point leaves.
  nlohmann::ordered_json results(const std::string& hash) const;
  nlohmann::ordered_json host(const std::string& hash) const;
  /// {"kind", "reason"} of a point that failed.
  std::optional<nlohmann::ordered_json> failure(const std::string& hash) const;
  void record_failure(const std::string& hash, const PointOutcome& outcome) const;
  void forget_failure(const std::string& hash) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  nlohmann::ordered_json read(const std::string& file_name, const std::string& hash) const;

  std::filesystem::path path_;
};

}  // namespace systole
