#pragma once
// The directory of one run: claimed before anything is simulated, filled in one go at the end or left as it
// was.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/staging.h"

namespace systole {

/// Results of a run lie in DIR/results.json, whose `run` is the hash of everything that decides them. A
/// directory that is missing or empty is taken; one that holds results of the same hash gets them anew (they
/// are the same run's); any other is refused with a UserError and stays untouched.
class RunDirectory {
 public:
  /// Creates the directory, removes what runs that were killed have left in it and reserves room for
  /// `expected_bytes`, so that a path which cannot be written or a full disk shows at once. `identity` is
  /// what `run_hash` stands for: what differs in another run's results is told. Throws UserError.
  RunDirectory(std::filesystem::path path, std::string run_hash, uint64_t expected_bytes,
               nlohmann::ordered_json identity = {});
  // Without commit(): all that was created goes.
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  /// Where files that are too large for one text may be made; what is not committed of them goes with it.
  const std::filesystem::path& staging() const { return staging_->path(); }
  /// Writes the files (name, text) beside their final places, then renames each, those made in staging()
  /// first and the last one last. Throws UserError.
  void commit(const std::vector<std::pair<std::string, std::string>>& files,
              const std::vector<std::string>& made = {});

  const std::filesystem::path& path() const { return path_; }

 private:
  void check_holder() const;
  void reserve(uint64_t bytes) const;

  std::filesystem::path path_;
  std::string run_hash_;
  nlohmann::ordered_json identity_;
  std::optional<Staging> staging_;  ///< inside path_, so on the same file system; until commit()
};

}  // namespace systole
