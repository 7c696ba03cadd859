#include "sim/report/run_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/identity_difference.h"
#include "sim/report/saved_json.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

using Json = nlohmann::ordered_json;

constexpr size_t kMostDifferences = 3;
constexpr const char* kStagingPrefix = ".partial-";

[[noreturn]] void fail(const std::string& what) { throw UserError("--out: error: " + what); }

std::string in_quotes(const fs::path& path) { return "'" + file_place(path.string()) + "'"; }

[[noreturn]] void fail_write(const fs::path& path, int error) {
  fail(fmt::format("cannot write {}: {}", in_quotes(path), std::strerror(error)));
}

/// Writes all of it to the disk, or throws.
void write_file(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail_write(path, errno);
  size_t written = 0;
  int error = 0;
  while (written < text.size() && error == 0) {
    const ssize_t n = ::write(file, text.data() + written, text.size() - written);
    if (n >= 0) {
      written += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error == 0 && ::fsync(file) != 0 && errno != EINVAL) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error != 0) fail_write(path, error);
}

bool has_identity(const Json& json) {
  const auto has = [&json](const char* part) { return json.contains(part) && json.at(part).is_object(); };
  return has("arch") && has("workload") && has("energy");
}

/// ": pe_array.rows is 2 there and 4 here, … and 3 more differ", or nothing.
std::string difference(const Json& held, const Json& own) {
  const std::vector<IdentityDifference> all = identity_differences({&held, &own});
  std::string text;
  for (size_t i = 0; i < std::min(all.size(), kMostDifferences); ++i)
    text += fmt::format("{} {} is {} there and {} here", i == 0 ? ":" : ",", all[i].key,
                        shortened(all[i].values[0]), shortened(all[i].values[1]));
  if (all.size() > kMostDifferences)
    text += fmt::format(", and {} more differ", all.size() - kMostDifferences);
  return text;
}

bool holds_nothing(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (!Staging::is_name(entry.path().filename().string(), kStagingPrefix)) return false;
  }
  return true;
}

}  // namespace

RunDirectory::RunDirectory(fs::path path, std::string run_hash, uint64_t expected_bytes, Json identity)
    : path_(std::move(path)), run_hash_(std::move(run_hash)), identity_(std::move(identity)) {
  try {
    check_holder();
    staging_.emplace(path_, kStagingPrefix);
    reserve(expected_bytes);
  } catch (const fs::filesystem_error& error) {
    fail(fmt::format("cannot use {}: {}", in_quotes(path_), error.code().message()));
  }
}

void RunDirectory::check_holder() const {
  if (!fs::exists(path_)) return;
  const std::string name = in_quotes(path_);
  if (!fs::is_directory(path_)) fail(name + " is not a directory");
  if (holds_nothing(path_)) return;
  if (!fs::exists(path_ / "results.json"))
    fail(name + " is not empty and holds no run; give a new or an empty directory");
  const Json results = saved_json(path_ / "results.json");
  if (results.is_object() && results.value("run", Json()) == run_hash_) return;
  fail(fmt::format("{} holds the results of another run{}; give another directory, or remove this one", name,
                   has_identity(identity_) && has_identity(results) ? difference(results, identity_) : ""));
}

void RunDirectory::reserve(uint64_t bytes) const {
  const fs::path path = staging_->path() / "reserve";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) fail_write(path_, errno);
  const int error = ::posix_fallocate(file, 0, static_cast<off_t>(bytes));
  ::close(file);
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) fail_write(path_, error);
}

void RunDirectory::commit(const std::vector<std::pair<std::string, std::string>>& files,
                          const std::vector<std::string>& made) {
  try {
    fs::remove(staging_->path() / "reserve");
    for (const auto& [name, text] : files) write_file(staging_->path() / name, text);
    check_holder();  // another run may have been faster
    for (const std::string& name : made) fs::rename(staging_->path() / name, path_ / name);
    for (const auto& [name, text] : files) fs::rename(staging_->path() / name, path_ / name);
  } catch (const fs::filesystem_error& error) {
    fail(fmt::format("cannot write {}: {}", in_quotes(path_), error.code().message()));
  }
  staging_->keep();
  staging_.reset();
}

}  // namespace systole
