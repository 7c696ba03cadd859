#include "sim/report/maker_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace systole {
namespace {

namespace fs = std::filesystem;

void remove_if_left_over(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return;
  std::error_code ignored;
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) fs::remove_all(path, ignored);
  ::close(file);
}

}  // namespace

bool MakerLock::take(const fs::path& path) {
  release();
  file_ = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file_ < 0) return errno != ENOENT;
  ::flock(file_, LOCK_EX);
  struct stat status = {};
  return ::fstat(file_, &status) == 0 && status.st_nlink > 0;
}

void MakerLock::release() noexcept {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void remove_left_over(const fs::path& folder, const std::function<bool(const std::string& name)>& is_staged) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_staged(at->path().filename().string())) remove_if_left_over(at->path());
  }
}

}  // namespace systole
