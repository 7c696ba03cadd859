#include "sim/report/compare/saved_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/config/layer_pattern.h"
#include "sim/config/text.h"
#include "sim/report/compare/comparison.h"
#include "sim/report/rates.h"
#include "sim/report/run_identity.h"

namespace systole {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

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
    if (tool.at("name") != "systole") fail(run.name, "is not a results.json");
    if (const Json& version = tool.at("results_version"); version != kResultsVersion) {
      fail(run.name, fmt::format("made by results version {}, run it again, legal: version {}",
                                 version.dump(), kResultsVersion));
    }
    compare({run});
  } catch (const Json::exception&) {
    fail(run.name, "is not a complete results.json");
  }
}

ArchConfig arch_of(const SavedRun& run) { return arch_from(run.results.at("arch"), run.name); }

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
    const std::string what = unmatched(layer, escaped(run.name), names);
    if (!what.empty()) throw UserError(fmt::format("{}: error: {}", escaped(subject), what));
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
