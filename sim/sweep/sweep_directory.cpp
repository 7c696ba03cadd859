#include "sim/sweep/sweep_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/saved_json.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kPartial = ".partial";

[[noreturn]] void fail(const std::string& what) { throw UserError("--out: error: " + what); }

bool is_partial(const fs::path& path) { return path.extension() == kPartial; }

}  // namespace

SweepDirectory::SweepDirectory(fs::path path, const std::string& name)
    : path_(std::move(path)), points_(path_ / "points") {
  try {
    check_holder(name);
    fs::create_directories(points_.path());
    lock();
    remove_partial_files();
  } catch (const fs::filesystem_error& error) {
    fail(fmt::format("cannot use {}: {}", quoted(path_.string()), error.code().message()));
  }
}

SweepDirectory::~SweepDirectory() {
  if (lock_ < 0) return;
  try {
    remove_partial_files();  // of points that were killed when the sweep was ended early
  } catch (const fs::filesystem_error&) {
  }
  ::close(lock_);
}

void SweepDirectory::check_holder(const std::string& name) const {
  if (!fs::exists(path_)) return;
  const std::string shown = quoted(path_.string());
  if (!fs::is_directory(path_)) fail(shown + " is not a directory");
  static const std::set<std::string> kOurs = {".lock",       "points",   "sweep.json",  "sweep.csv",
                                              "summary.csv", "host.csv", "report.html", "slurm"};
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (kOurs.count(entry.path().filename().string()) == 0 && !is_partial(entry.path()))
      fail(shown + " is not empty and holds no sweep; give a new or an empty directory");
  }
  if (!fs::exists(path_ / "sweep.json")) return;
  const Json held = saved_json(path_ / "sweep.json");
  if (held.is_object() && held.value("name", Json()) == name) return;
  if (!held.is_object() || !held.value("name", Json()).is_string())
    fail(shown + " holds a damaged sweep.json; remove that file, and the sweep goes on with its points");
  fail(shown + " holds another sweep; give another directory, or remove this one");
}

void SweepDirectory::lock() {
  const fs::path path = path_ / ".lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) fail(fmt::format("cannot write {}: {}", quoted(path_.string()), std::strerror(errno)));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const bool is_held = errno == EWOULDBLOCK;
  ::close(lock_);
  lock_ = -1;
  if (is_held)
    fail("another sweep works in " + quoted(path_.string()) + "; wait for it, or give another directory");
}

void SweepDirectory::remove_partial_files() const {
  // Points that are queued elsewhere may just be writing theirs.
  const bool is_queued = fs::exists(queue()) && !fs::is_empty(queue());
  for (const fs::path& folder : {path_, points_.path()}) {
    if (is_queued && folder == points_.path()) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (is_partial(entry.path())) fs::remove(entry.path());
    }
  }
}

}  // namespace systole
