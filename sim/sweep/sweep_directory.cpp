#include "sim/sweep/sweep_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kPartial = ".partial";

[[noreturn]] void fail(const std::string& what) { throw UserError("--out: error: " + what); }

bool is_partial(const fs::path& path) { return path.extension() == kPartial; }

}  // namespace

SweepDirectory::SweepDirectory(fs::path path, const std::string& name) : path_(std::move(path)) {
  try {
    check_holder(name);
    fs::create_directories(points());
    lock();
    remove_partial_files();
  } catch (const fs::filesystem_error& error) {
    fail(fmt::format("cannot use {}: {}", quoted(path_.string()), error.code().message()));
  }
}

SweepDirectory::~SweepDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

void SweepDirectory::check_holder(const std::string& name) const {
  if (!fs::exists(path_)) return;
  const std::string shown = quoted(path_.string());
  if (!fs::is_directory(path_)) fail(shown + " is not a directory");
  static const std::set<std::string> kOurs = {".lock",     "points",   "sweep.json",
                                              "sweep.csv", "host.csv", "report.html"};
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (kOurs.count(entry.path().filename().string()) == 0 && !is_partial(entry.path()))
      fail(shown + " is not empty and holds no sweep; give a new or an empty directory");
  }
  std::ifstream file(path_ / "sweep.json");
  if (!file) return;
  const auto held = Json::parse(file, nullptr, false);
  if (held.is_object() && held.value("name", Json()) == name) return;
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
  for (const fs::path& folder : {path_, points()}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (is_partial(entry.path())) fs::remove(entry.path());
    }
  }
}

bool SweepDirectory::is_done(const std::string& hash) const {
  std::error_code error;
  return fs::exists(points() / (hash + ".json"), error);
}

Json SweepDirectory::read(const std::string& file_name, const std::string& hash) const {
  const fs::path path = points() / file_name;
  std::ifstream file(path, std::ios::binary);
  Json json = Json::parse(file, nullptr, false);
  if (json.is_object() && json.value("run", Json()) == hash) return json;
  throw UserError(
      fmt::format("{}: error: is damaged; remove it and start the sweep again", escaped(path.string())));
}

Json SweepDirectory::results(const std::string& hash) const { return read(hash + ".json", hash); }
Json SweepDirectory::host(const std::string& hash) const { return read(hash + ".host.json", hash); }

std::optional<Json> SweepDirectory::failure(const std::string& hash) const {
  std::error_code error;
  if (is_done(hash) || !fs::exists(points() / (hash + ".failed.json"), error)) return std::nullopt;
  return read(hash + ".failed.json", hash);
}

void SweepDirectory::record_failure(const std::string& hash, const PointOutcome& outcome) const {
  const Json record = {{"run", hash}, {"kind", name_of(outcome.kind)}, {"reason", escaped(outcome.reason)}};
  write_atomically(points() / (hash + ".failed.json"),
                   record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void SweepDirectory::forget_failure(const std::string& hash) const {
  std::error_code ignored;
  fs::remove(points() / (hash + ".failed.json"), ignored);
}

}  // namespace systole
