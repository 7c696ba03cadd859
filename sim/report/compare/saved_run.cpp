#include "sim/report/compare/saved_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/config/layer_pattern.h"
#include "sim/config/text.h"
#include "sim/report/compare/comparison.h"
#include "sim/report/rates.h"
#include "sim/report/results_shape.h"
#include "sim/report/run_identity.h"
#include "sim/report/saved_json.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw UserError(fmt::format("{}: error: {}", file_place(path), what));
}

Json parse(const std::string& path, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    fail(path, file == path ? "no such file or directory" : "holds no results.json, legal: what a run wrote");
  }
  if (::access(file.c_str(), R_OK) != 0) fail(path, std::string("cannot be read: ") + std::strerror(errno));
  Json results = saved_json(file);
  if (!results.is_object()) fail(path, "is not a results.json");
  return results;
}

/// An architecture that a run wrote reads back as itself.
ArchConfig arch_of(const SavedRun& run) {
  const Json& given = run.results.at("arch");
  ArchConfig arch = arch_from(given, run.name);
  if (nlohmann::json(arch.resolved) != nlohmann::json(given))
    fail(run.name, "is not a complete results.json: arch lacks keys, or has others");
  return arch;
}

/// Refuses files of another kind and of another version, and does all that is done with one run alone, before
/// anything relies on it.
void check(const SavedRun& run) {
  const Json tool = run.results.value("tool", Json());
  if (!tool.is_object() || tool.value("name", Json()) != "systole") fail(run.name, "is not a results.json");
  if (const Json version = tool.value("results_version", Json()); version != kResultsVersion) {
    fail(run.name, fmt::format("made by results version {}, run it again, legal: version {}",
                               shortened(version.dump()), kResultsVersion));
  }
  if (const auto what = results_misfit(run.results))
    fail(run.name, "is not a complete results.json: " + *what);
  arch_of(run);
  try {
    compare({run});
    supplies_note({run}, Style());
    totals_of(run.results.at("layers"), {});
  } catch (const Json::exception& error) {
    fail(run.name, fmt::format("is not a complete results.json: {}", error.what()));
  }
}

/// "PATH:LAYER:ALGORITHM" in its parts; all of it the path when that exists.
std::vector<std::string> parts_of(const std::string& text) {
  std::error_code error;
  std::string path = text;
  std::vector<std::string> parts;
  while (!fs::exists(path, error) && parts.size() < 2 && path.find(':') != std::string::npos) {
    const size_t colon = path.rfind(':');
    parts.insert(parts.begin(), path.substr(colon + 1));
    path.resize(colon);
  }
  if (!fs::exists(path, error)) return {text};
  parts.insert(parts.begin(), path);
  return parts;
}

/// Keeps one algorithm of each layer: what stands for the layer from now on.
void keep_algorithm(SavedRun& run, const std::string& algorithm) {
  std::vector<std::string> known;
  Json kept = Json::array();
  for (const Json& entry : run.results.at("layers")) {
    known.push_back(entry.at("algorithm").get<std::string>());
    if (known.back() == algorithm) kept.push_back(entry);
  }
  if (kept.empty()) {
    const std::string hint = did_you_mean(algorithm, known);
    fail(run.name, fmt::format("no algorithm {}{} legal: {}", quoted(algorithm), hint.empty() ? "," : hint,
                               joined(known)));
  }
  for (Json& entry : kept) entry["winner"] = true;
  run.results["layers"] = kept;
}

void sum_up(SavedRun& run) {
  const EnergyUnit unit = run.results.at("energy").at("unit") == "pJ" ? EnergyUnit::pj : EnergyUnit::mac;
  run.results["totals"] = totals_of(run.results.at("layers"), rates_of(arch_of(run).params, unit));
}

/// Keeps the layers of these names or patterns, or says what is wrong with one.
void filter_layers(SavedRun& run, const std::vector<std::string>& layers, const std::string& subject) {
  std::vector<std::string> names;
  Json kept = Json::array();
  for (const Json& layer : run.results.at("layers")) {
    const std::string name = layer.at("name");
    if (names.empty() || names.back() != name) names.push_back(name);  // once for all algorithms of a layer
    if (matches_layer(layers, name)) kept.push_back(layer);
  }
  for (const std::string& layer : layers) {
    const std::string what = unmatched(layer, file_place(run.name), names);
    if (!what.empty()) throw UserError(fmt::format("{}: error: {}", shortened(subject), what));
  }
  run.results["layers"] = kept;
}

}  // namespace

SavedRun load_run(const std::string& text) {
  std::error_code error;
  const std::vector<std::string> parts = parts_of(text);
  const std::string& path = parts.front();
  const fs::path file = fs::is_directory(path, error) ? fs::path(path) / "results.json" : fs::path(path);
  SavedRun run{path, parse(path, file)};
  check(run);
  if (parts.size() == 1) return run;
  filter_layers(run, {parts[1]}, text);
  run.name = text;
  if (parts.size() > 2) keep_algorithm(run, parts[2]);
  Json choices = Json::array();
  for (const Json& choice : run.results.at("choices")) {
    if (parts.size() == 2 && matches_layer(parts[1], choice.at("layer"))) choices.push_back(choice);
  }
  run.results["choices"] = choices;
  sum_up(run);
  return run;
}

void keep_layers(SavedRun& run, const std::vector<std::string>& layers) {
  if (layers.empty()) return;
  filter_layers(run, layers, "--layer");
  sum_up(run);
}

}  // namespace systole
