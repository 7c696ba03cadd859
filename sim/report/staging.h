#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sim/report/maker_lock.h"

namespace systole {

/// A directory where files are made until they are whole. In the end it goes, and so do the folders made for
/// it unless keep() says that something was moved into them.
class Staging {
 public:
  /// Makes `folder` where it is missing, removes what killed processes have left of such directories in it,
  /// and makes one: `prefix` and six letters. Throws std::filesystem::filesystem_error.
  Staging(const std::filesystem::path& folder, const std::string& prefix);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void keep() { is_kept_ = true; }

  /// Whether a name is that of such a directory.
  static bool is_name(const std::string& name, const std::string& prefix);

 private:
  void make(const std::filesystem::path& folder, const std::string& prefix);
  void remove() noexcept;

  std::filesystem::path path_;
  MakerLock lock_;
  std::vector<std::filesystem::path> made_;  ///< folders, outermost first
  bool is_kept_ = false;
};

}  // namespace systole
