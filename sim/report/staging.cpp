#include "sim/report/staging.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace systole {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLetters = "XXXXXX";

/// Makes all folders of the path that are missing, and notes them.
void make_folders(const fs::path& path, std::vector<fs::path>& made) {
  std::vector<fs::path> missing;
  for (fs::path p = fs::absolute(path).lexically_normal(); !p.empty() && !fs::exists(p); p = p.parent_path())
    missing.push_back(p);
  for (auto p = missing.rbegin(); p != missing.rend(); ++p) {
    if (fs::create_directory(*p)) made.push_back(*p);
  }
}

}  // namespace

bool Staging::is_name(const std::string& name, const std::string& prefix) {
  return name.size() == prefix.size() + std::strlen(kLetters) && name.rfind(prefix, 0) == 0;
}

Staging::Staging(const fs::path& folder, const std::string& prefix) {
  try {
    make(folder, prefix);
  } catch (...) {
    remove();
    throw;
  }
}

Staging::~Staging() { remove(); }

void Staging::make(const fs::path& folder, const std::string& prefix) {
  make_folders(folder, made_);
  remove_left_over(folder, [&prefix](const std::string& name) { return is_name(name, prefix); });
  do {
    std::string pattern = (folder / (prefix + kLetters)).string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw fs::filesystem_error("cannot write", folder, std::error_code(errno, std::generic_category()));
    path_ = pattern;
  } while (!lock_.take(path_));
}

void Staging::remove() noexcept {
  std::error_code ignored;
  lock_.release();  // its descriptor serves the removal where there are no others left
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (is_kept_) return;
  for (auto p = made_.rbegin(); p != made_.rend(); ++p) fs::remove(*p, ignored);
}

}  // namespace systole
