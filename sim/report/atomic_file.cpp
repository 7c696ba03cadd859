#include "sim/report/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "sim/config/config.h"
#include "sim/config/text.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlock = 1 << 20;
constexpr const char* kPartial = ".partial";

[[noreturn]] void fail(const fs::path& path, int error) {
  throw fs::filesystem_error("cannot write", path, std::error_code(error, std::generic_category()));
}

/// Read no further than the text goes: a device may have no end.
bool holds(const fs::path& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  std::string held(text.size() + 1, '\0');
  file.read(held.data(), static_cast<std::streamsize>(held.size()));
  held.resize(static_cast<size_t>(file.gcount()));
  return held == text;
}

/// Of this process alone, also where several machines share the folder.
std::string staged_name(const fs::path& path) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return path.string() + fmt::format(".{}.{}{}", host.data(), ::getpid(), kPartial);
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)), staged_(staged_name(path_)) {
  do {
    if (file_ >= 0) ::close(file_);
    file_ = ::open(staged_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file_ < 0) fail(path_, errno);
  } while (!lock_.take(staged_));
}

AtomicFile::~AtomicFile() {
  if (file_ >= 0) ::close(file_);
  if (!staged_.empty()) ::unlink(staged_.c_str());
}

void AtomicFile::write(const std::string& text) {
  unwritten_ += text;
  if (unwritten_.size() >= kBlock) flush();
}

void AtomicFile::flush() {
  for (size_t written = 0; written < unwritten_.size();) {
    const ssize_t n = ::write(file_, unwritten_.data() + written, unwritten_.size() - written);
    if (n < 0 && errno != EINTR) fail(path_, errno);
    if (n > 0) written += static_cast<size_t>(n);
  }
  unwritten_.clear();
}

void AtomicFile::commit(Flush flushed) {
  flush();
  if (flushed == Flush::yes && ::fsync(file_) != 0 && errno != EINVAL) fail(path_, errno);
  const int closed = ::close(file_);
  file_ = -1;
  if (closed != 0 || ::rename(staged_.c_str(), path_.c_str()) != 0) fail(path_, errno);
  staged_.clear();
}

void write_atomically(const fs::path& path, const std::string& text, Flush flushed) {
  AtomicFile file(path);
  file.write(text);
  file.commit(flushed);
}

void remove_left_over_of(const fs::path& path) {
  const std::string start = path.filename().string() + ".";
  const auto is_staged = [&start](const std::string& name) {
    const size_t end = name.size() - std::min(name.size(), std::strlen(kPartial));
    const size_t digits = name.find_last_not_of("0123456789", end == 0 ? 0 : end - 1) + 1;
    return name.rfind(start, 0) == 0 && name.compare(end, std::string::npos, kPartial) == 0 && digits < end &&
           digits > start.size() && name[digits - 1] == '.';
  };
  remove_left_over(path.has_parent_path() ? path.parent_path() : ".", is_staged);
}

void write_new_file(const std::string& option, const std::string& path, const std::string& text) {
  std::error_code ignored;
  remove_left_over_of(path);
  if (fs::exists(path, ignored)) {
    if (holds(path, text)) return;
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
