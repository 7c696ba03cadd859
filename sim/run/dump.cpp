#include "sim/run/dump.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "sim/config/text.h"
#include "sim/workload/npy.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStagingPrefix = ".partial-dump-";

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw UserError(fmt::format("--dump: error: '{}' {}", escaped(path.string()), what));
}

}  // namespace

DumpDirectory::DumpDirectory(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  if (fs::exists(path_, error) && (!fs::is_directory(path_, error) || !fs::is_empty(path_, error)))
    fail(path_, "exists and is no empty directory; give another");
  const fs::path parent = fs::absolute(path_, error).lexically_normal().parent_path();
  fs::create_directories(parent, error);
  remove_left_over(parent, [](const std::string& name) { return name.rfind(kStagingPrefix, 0) == 0; });
  std::string pattern = (parent / (std::string(kStagingPrefix) + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    fail(path_, fmt::format("cannot be made: {}", std::strerror(errno)));
  staging_ = pattern;
  lock_.take(staging_);
}

DumpDirectory::~DumpDirectory() {
  std::error_code error;
  if (!staging_.empty()) fs::remove_all(staging_, error);
}

void DumpDirectory::commit() {
  std::error_code error;
  fs::permissions(staging_,
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                      fs::perms::others_read | fs::perms::others_exec,
                  error);
  fs::rename(staging_, path_, error);
  if (error) fail(path_, "cannot be made: " + error.message());
  staging_.clear();
}

void dump_arrays(const fs::path& directory, const PlannedLayer& planned,
                 const std::vector<NamedArray>& arrays) {
  const Layer& layer = planned.layer;
  const fs::path folder =
      directory / (layer.has_choice() ? layer.name + "@" + planned.algorithm->name : layer.name);
  std::error_code error;
  fs::create_directory(folder, error);
  for (const NamedArray& array : arrays) {
    const fs::path path = folder / (array.name + ".npy");
    std::ofstream file(path, std::ios::binary);
    file << npy_header(array.type, array.shape);
    file.write(reinterpret_cast<const char*>(array.bytes.data()),
               static_cast<std::streamsize>(array.bytes.size()));
    file.close();
    if (!file) fail(path, fmt::format("cannot be written: {}", std::strerror(errno)));
  }
}

}  // namespace systole
