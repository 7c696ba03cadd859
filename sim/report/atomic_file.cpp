#include "sim/report/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>

#include "sim/config/config.h"
#include "sim/config/text.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

/// 0, or what went wrong.
int write_all(int file, const std::string& text) {
  for (size_t written = 0; written < text.size();) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) written += static_cast<size_t>(n);
  }
  return ::fsync(file) != 0 && errno != EINVAL ? errno : 0;
}

[[noreturn]] void fail(const fs::path& path, int error) {
  throw fs::filesystem_error("cannot write", path, std::error_code(error, std::generic_category()));
}

}  // namespace

void write_atomically(const fs::path& path, const std::string& text) {
  const fs::path staged = path.string() + fmt::format(".{}.partial", ::getpid());
  const int file = ::open(staged.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail(path, errno);
  int error = write_all(file, text);
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(staged.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(staged.c_str());
  fail(path, error);
}

void write_new_file(const std::string& option, const std::string& path, const std::string& text) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) {
    std::ifstream file(path, std::ios::binary);
    const std::string held{std::istreambuf_iterator<char>(file), {}};
    if (file && held == text) return;
    throw UserError(
        fmt::format("{}: error: {} exists and holds something else; give another file, or remove it", option,
                    quoted(path)));
  }
  try {
    write_atomically(path, text);
  } catch (const fs::filesystem_error& error) {
    throw UserError(
        fmt::format("{}: error: cannot write {}: {}", option, quoted(path), error.code().message()));
  }
}

}  // namespace systole
