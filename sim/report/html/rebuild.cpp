#include "sim/report/html/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/report/atomic_file.h"
#include "sim/report/html/page.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kSweepVersion = 1;
constexpr const char* kMark = "<!-- systole report -->";
constexpr size_t kMarkWithin = 64;  // bytes

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw UserError(fmt::format("{}: error: {}", escaped(path.string()), what));
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

Json parsed(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return Json::parse(stream, nullptr, false);
}

void check_version(const Json& sweep, const fs::path& file) {
  const Json& version = sweep["tool"]["sweep_version"];
  if (version != kSweepVersion)
    fail(file, fmt::format("is a sweep of version {}, legal: {}", version.dump(), kSweepVersion));
}

std::string page_from(const fs::path& file) {
  const Json json = parsed(file);
  if (!is_sweep(json)) return run_page(load_run(file.string()).results, file.string());
  check_version(json, file);
  return sweep_page(json, file.string());
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
  Json sweep = parsed(file);
  if (!is_sweep(sweep)) fail(file, "is not a complete sweep.json");
  check_version(sweep, file);
  sweep_page(sweep, file.string());  // refuses one that lacks what it shows
  try {
    for (const char* key : {"combinations", "identical"}) sweep.at(key).get<size_t>();
    for (const Json& value : sweep.value("set", Json::object())) value.get<std::string>();
    for (const Json& point : sweep.at("points")) point.at("point").get<std::string>();
  } catch (const Json::exception&) {
    fail(file, "is not a complete sweep.json");
  }
  return sweep;
}

fs::path rebuild_report(const std::string& path) {
  const fs::path file = results_at(path);
  const std::string page = page_from(file);
  const bool is_whole = file.filename() == "results.json" || file.filename() == "sweep.json";
  fs::path place = is_whole ? file.parent_path() / "report.html" : file;
  place.replace_extension(".html");
  check_place(place);
  try {
    write_atomically(place, page);
  } catch (const fs::filesystem_error& error) {
    fail(place, "cannot be written: " + error.code().message());
  }
  return place;
}

}  // namespace systole
