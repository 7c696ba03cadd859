#include "sim/report/compare/saved_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/config/text.h"
#include "sim/report/compare/comparison.h"
#include "sim/report/rates.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kResultsVersion = 1;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw UserError(fmt::format("{}: error: {}", escaped(path), what));
}

Json parse(const std::string& path, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    fail(path, file == path ? "no such file or directory" : "holds no results.json, legal: what a run wrote");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail(path, "cannot be read");
  Json results = Json::parse(stream, nullptr, false);
  if (!results.is_object()) fail(path, "is not a results.json");
  return results;
}

/// Refuses files of another kind and of another version before anything relies on them.
void check(const SavedRun& run) {
  try {
    const Json& tool = run.results.at("tool");
    if (tool.at("name") != "systole" || tool.at("results_version") != kResultsVersion) {
      fail(run.name, fmt::format("has results of version {}, legal: {}", tool.at("results_version").dump(),
                                 kResultsVersion));
    }
    compare({run});
  } catch (const Json::exception&) {
    fail(run.name, "is not a complete results.json");
  }
}

ArchConfig arch_of(const SavedRun& run) { return arch_from(run.results.at("arch"), run.name); }

}  // namespace

SavedRun load_run(const std::string& path) {
  std::error_code error;
  const fs::path file = fs::is_directory(path, error) ? fs::path(path) / "results.json" : fs::path(path);
  SavedRun run{path, parse(path, file)};
  check(run);
  return run;
}

void keep_layers(SavedRun& run, const std::vector<std::string>& layers) {
  if (layers.empty()) return;
  std::vector<std::string> names;
  Json kept = Json::array();
  for (const Json& layer : run.results.at("layers")) {
    const std::string name = layer.at("name");
    if (names.empty() || names.back() != name) names.push_back(name);  // once for all algorithms of a layer
    if (std::find(layers.begin(), layers.end(), name) != layers.end()) kept.push_back(layer);
  }
  for (const std::string& layer : layers) {
    if (std::find(names.begin(), names.end(), layer) != names.end()) continue;
    const std::string hint = did_you_mean(layer, names);
    throw UserError(fmt::format("--layer: error: no layer {} in {}{} legal: {}", quoted(layer),
                                escaped(run.name), hint.empty() ? "," : hint, joined(names)));
  }
  run.results["layers"] = kept;
  const EnergyUnit unit = run.results.at("energy").at("unit") == "pJ" ? EnergyUnit::pj : EnergyUnit::mac;
  run.results["totals"] = totals_of(kept, rates_of(arch_of(run).params, unit));
}

}  // namespace systole
