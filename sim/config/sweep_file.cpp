#include "sim/config/sweep_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/override.h"
#include "sim/config/sweep_fields.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

void check_name(const YamlNode& value, const std::string& key, const std::vector<std::string>& legal) {
  if (!index_in(legal, value)) fail_choice(value, key, legal);
}

/// What can be said about a value before an architecture and a workload are at hand.
void check_setting(const SweepSetting& setting) {
  const YamlNode& value = setting.value;
  if (setting.key == "algorithm") check_name(value, setting.key, algorithm_names());
  if (setting.key == "objective") check_name(value, setting.key, listed(kAlgorithmObjectiveNames));
  if (setting.key == "dataflow") check_name(value, setting.key, dataflow_names());
  if (Layer layer; setting.key == "format") format_field().read(value, layer);
  if (setting.key.rfind("format.", 0) == 0) check_name(value, setting.key, format_names());
  if (Layer scaled; setting.key == "scale" && !scale_field().read(value, scaled))
    fail_value(value, setting.key, "got " + value.described() + ", legal: " + scale_field().legal);
  if (Layer layer; setting.key == "activation" && !activation_field().read(value, layer))
    fail_value(value, setting.key, "got " + value.described() + ", legal: " + activation_field().legal);
  if (is_subject_key(setting.key) && value.kind != YamlNode::Kind::scalar) {
    fail_value(value, setting.key, "got " + value.described() + ", legal: one name");
  }
}

/// The keys that vary, in the file's order, each of which must vary in one place only.
std::vector<std::string> varied_keys(const std::vector<SweepFactor>& factors) {
  std::vector<std::string> keys;
  for (const SweepFactor& factor : factors) {
    std::vector<std::string> own;
    for (const SweepRow& row : factor) {
      for (const SweepSetting& setting : row) {
        check_setting(setting);
        if (std::find(keys.begin(), keys.end(), setting.key) != keys.end()) {
          fail_at(setting.where,
                  "key " + quoted(setting.key) + " varies elsewhere too, legal: once in a sweep");
        }
        for (const std::vector<std::string>* earlier : {&keys, &own}) {
          for (const std::string& key : *earlier) {
            if (key == setting.key || !replaces(setting.key, key)) continue;
            fail_at(setting.where,
                    fmt::format("key {} replaces {} before it, legal: the map first, then keys in it",
                                quoted(setting.key), quoted(key)));
          }
        }
        if (std::find(own.begin(), own.end(), setting.key) == own.end()) own.push_back(setting.key);
      }
    }
    keys.insert(keys.end(), own.begin(), own.end());
  }
  return keys;
}

/// A key cannot both vary and be the same everywhere.
void check_set(const std::vector<Override>& set, const std::vector<std::string>& varied) {
  for (const Override& one : set) {
    const Where where{std::make_shared<const std::string>("--set"), 0, 0, one.path};
    if (is_subject_key(one.path)) fail_at(where, "no key of the architecture, legal: a key of the sweep");
    for (const std::string& key : varied) {
      if (!replaces(key, one.path) && !replaces(one.path, key)) continue;
      fail_at(where, fmt::format("{} varies in the sweep, legal: keys that do not", quoted(key)));
    }
  }
}

/// The error against fp64 is part of the check, and the figure of it asks for it.
void check_fp64(const YamlNode& root, const SweepConfig& config) {
  const std::vector<std::string>& judged = config.objectives;
  if (config.fp64 && !config.check)
    fail_value(*root.find("fp64"), "fp64", "got true beside check: false, legal: with a check");
  if (!config.fp64 && std::find(judged.begin(), judged.end(), "max_abs_error_fp64") != judged.end())
    fail_value(*root.find("objectives"), "objectives",
               "max_abs_error_fp64 is not measured, legal: with fp64: true");
}

}  // namespace

bool is_subject_key(const std::string& key) {
  for (const char* subject : {"arch", "workload", "layer"}) {
    if (key == subject) return true;
  }
  return std::any_of(std::begin(kWorkloadOverrides), std::end(kWorkloadOverrides),
                     [&key](const auto& option) { return key == option.first; });
}

const std::vector<Objective>& objectives() {
  static const std::vector<Objective> all = {
      {"cycles", "/cycles", false},
      {"seconds", "/seconds", false},
      {"energy", "/energy_pj/total", false},
      {"edp", "/edp", false},
      {"power_w", "/power_w", false},
      {"tops_per_w", "/tops_per_w", true},
      {"utilization", "/utilization", true},
      {"array_utilization", "/array_utilization", true},
      {"dram_bus_bytes", "/dram/bus_bytes", false},
      {"max_abs_error_fp64", "/check/max_abs_error_fp64", false},
  };
  return all;
}

const Objective* find_objective(const std::string& name) {
  for (const Objective& objective : objectives()) {
    if (name == objective.name) return &objective;
  }
  return nullptr;
}

SweepConfig load_sweep(const std::string& path, const std::vector<Override>& set) {
  const YamlNode root = read_yaml_file(path);
  SweepDraft draft;
  draft.config.name = std::filesystem::path(path).stem().string();
  read_table(root, "sweep", sweep_table(), draft);
  SweepConfig& config = draft.config;
  if (!is_file_name(config.name))
    fail_at(root.where, "the file's name is no name for it, legal: a key 'name'");
  for (auto* group : {&draft.zips, &draft.axes, &draft.subjects}) {
    config.factors.insert(config.factors.begin(), group->begin(), group->end());
  }
  if (!draft.points.empty()) config.factors.push_back(draft.points);
  config.keys = varied_keys(config.factors);
  check_set(set, config.keys);
  config.set = set;
  const auto varies = [&config](const char* key) {
    return std::find(config.keys.begin(), config.keys.end(), key) != config.keys.end();
  };
  for (const char* key : {"arch", "workload"}) {
    if (!varies(key)) fail_at(root.where, "sweep: missing key " + quoted(key) + ", legal: a name or path");
  }
  check_fp64(root, config);
  if (varies("layer") && !config.layers.empty()) {
    fail_value(*root.find("layers"), "layers", "given beside the axis 'layer', legal: one of them");
  }
  return config;
}

Json sweep_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Systole sweep"}};
  schema.update(schema_of(sweep_table(), SweepDraft{}));
  schema["$defs"] = sweep_definitions();
  return schema;
}

}  // namespace systole
