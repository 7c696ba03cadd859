#pragma once
// What is made beside its place bears a lock as long as its maker lives. The system takes it from a process
// that ends, however it ends, so that the next one can tell what is left over.
#include <filesystem>
#include <functional>
#include <string>

namespace systole {

class MakerLock {
 public:
  MakerLock() = default;
  ~MakerLock() { release(); }
  MakerLock(const MakerLock&) = delete;
  MakerLock& operator=(const MakerLock&) = delete;

  /// Locks a file or directory that this process has just made. False when it has been removed since, taken
  /// for one that is left over. Where the file system knows no locks it stays without one.
  bool take(const std::filesystem::path& path);
  void release() noexcept;

 private:
  int file_ = -1;
};

/// Removes those entries of `folder` whose names `is_staged` takes and whose makers no longer live. What
/// cannot be locked is left alone.
void remove_left_over(const std::filesystem::path& folder,
                      const std::function<bool(const std::string& name)>& is_staged);

}  // namespace systole
