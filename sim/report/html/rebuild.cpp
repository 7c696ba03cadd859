#include "sim/report/html/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/html/page.h"
#include "sim/report/saved_json.h"
#include "sim/report/sweep_shape.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kMark = "<!-- systole report -->";
constexpr size_t kMarkWithin = 64;  // bytes

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw UserError(fmt::format("{}: error: {}", file_place(path.string()), what));
}

/// The file with the results, of a directory the one it holds.
fs::path results_at(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) fail(path, "no such file or directory");
  if (!fs::is_directory(path, error)) return path;
  for (const char* name : {"results.json", "sweep.json"}) {
    if (fs::exists(fs::path(path) / name, error)) return fs::path(path) / name;
  }
  fail(path, "holds neither results.json nor sweep.json, legal: what a run or a sweep wrote");
}

bool is_sweep(const Json& json) {
  return json.is_object() && json.contains("tool") && json["tool"].is_object() &&
         json["tool"].contains("sweep_version");
}

void check_sweep(const Json& sweep, const fs::path& file) {
  const Json& version = sweep.at("tool")["sweep_version"];
  if (version != kSweepVersion)
    fail(file, fmt::format("is a sweep of version {}, legal: {}", shortened(version.dump()), kSweepVersion));
  if (const auto what = sweep_misfit(sweep)) fail(file, "is not a complete sweep.json: " + *what);
}

std::string page_from(const fs::path& file) {
  const Json json = saved_json(file);
  if (!is_sweep(json)) return run_page(load_run(file.string()).results, file.string());
  check_sweep(json, file);
  return sweep_page(json);
}

/// What stands where the report goes must be a report, or nothing.
void check_place(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return;
  std::ifstream file(path, std::ios::binary);
  std::string start(kMarkWithin, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (start.find(kMark) == std::string::npos)
    fail(path, "exists and is no report of systole; move it elsewhere");
}

}  // namespace

Json load_sweep_json(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error))
    fail(file.parent_path(), "holds no sweep.json, legal: what a sweep wrote, or its YAML file");
  Json sweep = saved_json(file);
  if (!is_sweep(sweep)) fail(file, "is not a complete sweep.json");
  check_sweep(sweep, file);
  return sweep;
}

fs::path rebuild_report(const std::string& path) {
  const fs::path file = results_at(path);
  const std::string page = page_from(file);
  const bool is_whole = file.filename() == "results.json" || file.filename() == "sweep.json";
  fs::path place = is_whole ? file.parent_path() / "report.html" : file;
  place.replace_extension(".html");
  check_place(place);
  remove_left_over_of(place);
  try {
    write_atomically(place, page);
  } catch (const fs::filesystem_error& error) {
    fail(place, "cannot be written: " + error.code().message());
  }
  return place;
}

}  // namespace systole
