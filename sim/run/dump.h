#pragma once
// Where --dump puts the numbers of all layers, as .npy files.
#include <filesystem>
#include <optional>

#include "sim/report/staging.h"
#include "sim/run/plan.h"
#include "sim/workload/named_array.h"

namespace systole {

/// A directory that must not exist or be empty. Filled beside its place and put there by commit(); without
/// that, nothing is left.
class DumpDirectory {
 public:
  /// Throws UserError.
  explicit DumpDirectory(std::filesystem::path path);
  DumpDirectory(const DumpDirectory&) = delete;
  DumpDirectory& operator=(const DumpDirectory&) = delete;

  /// Where the layers' folders are made.
  const std::filesystem::path& staging() const { return staging_->path(); }
  /// Throws UserError.
  void commit();

 private:
  std::filesystem::path path_;
  std::optional<Staging> staging_;
};

/// Writes the arrays to LAYER (or LAYER@ALGORITHM where that was open) in `directory`, a file each. Throws
/// UserError.
void dump_arrays(const std::filesystem::path& directory, const PlannedLayer& planned,
                 const std::vector<NamedArray>& arrays);

}  // namespace systole
