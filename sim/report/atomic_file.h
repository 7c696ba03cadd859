#pragma once
#include <filesystem>
#include <string>

#include "sim/report/maker_lock.h"

namespace systole {

/// Whether a file lies on the disk before it appears in its place. Where it does not, the system may lose it,
/// or a part of it, in the seconds before its own end.
enum class Flush : bool { no, yes };

/// A file written beside its place, flushed to the disk and renamed: whatever happens, the place holds the
/// old file or the whole new one. Its members throw std::filesystem::filesystem_error.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();  ///< without commit(): nothing has happened
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const std::string& text);
  void commit(Flush flushed = Flush::yes);

 private:
  void flush();

  std::filesystem::path path_, staged_;
  int file_ = -1;
  MakerLock lock_;  ///< of staged_
  std::string unwritten_;
};

/// The same for a whole text.
void write_atomically(const std::filesystem::path& path, const std::string& text, Flush flushed = Flush::yes);

/// Removes what processes that were killed have left of writing this file.
void remove_left_over_of(const std::filesystem::path& path);

/// The same for the file that the user named with `option`; one that holds anything else is refused. Throws
/// UserError.
void write_new_file(const std::string& option, const std::string& path, const std::string& text);

}  // namespace systole
