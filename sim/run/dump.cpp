#include "sim/run/dump.h"

#include <fmt/format.h>

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
  throw UserError(fmt::format("--dump: error: '{}' {}", file_place(path.string()), what));
}

}  // namespace

DumpDirectory::DumpDirectory(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  if (fs::exists(path_, error) && (!fs::is_directory(path_, error) || !fs::is_empty(path_, error)))
    fail(path_, "exists and is no empty directory; give another");
  fs::path whole = fs::absolute(path_, error).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();  // "arrays/"
  try {
    staging_.emplace(whole.parent_path(), kStagingPrefix);
  } catch (const fs::filesystem_error& failed) {
    fail(path_, "cannot be made: " + failed.code().message());
  }
}

void DumpDirectory::commit() {
  std::error_code error;
  fs::permissions(staging_->path(),
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                      fs::perms::others_read | fs::perms::others_exec,
                  error);
  fs::rename(staging_->path(), path_, error);
  if (error) fail(path_, "cannot be made: " + error.message());
  staging_->keep();
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
    file << npy_header(array.format, array.shape);
    file.write(reinterpret_cast<const char*>(array.bytes.data()),
               static_cast<std::streamsize>(array.bytes.size()));
    file.close();
    if (!file) fail(path, fmt::format("cannot be written: {}", std::strerror(errno)));
  }
}

}  // namespace systole
