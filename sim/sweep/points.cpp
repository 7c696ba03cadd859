#include "sim/sweep/points.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "sim/config/arch_fields.h"
#include "sim/config/energy.h"
#include "sim/config/field_makers.h"
#include "sim/config/layer_pattern.h"
#include "sim/config/override.h"
#include "sim/report/run_identity.h"
#include "sim/sweep/condition.h"
#include "sim/sweep/variables.h"
#include "sim/workload/data.h"
#include "sim/workload/problem.h"

namespace systole {
namespace {

constexpr size_t kMostCombinations = 1000000;

/// A value on one line, as YAML would spell it.
std::string text_of(const YamlNode& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::scalar:
      return node.text;
    case YamlNode::Kind::sequence:
      for (const YamlNode& item : node.items) parts.push_back(text_of(item));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    case YamlNode::Kind::map:
      break;
  }
  for (const YamlNode::Entry& entry : node.entries) parts.push_back(entry.key + ": " + text_of(entry.value));
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

struct BaseArch {
  YamlNode root;
  std::string file_name;
  ArchConfig config;
};

std::string located(const SweepSetting& setting) {
  return path_beside(*setting.value.where.source, setting.value.text);
}

}  // namespace

/// What was read from files, by path, and what workloads became with options.
struct SweepSource::Cache {
  std::map<std::string, BaseArch> archs;
  std::map<std::string, EnergyFile> energies;
  std::map<std::string, std::string> workload_files;
  std::map<std::string, std::vector<std::string>> layer_names;
  std::map<std::vector<std::string>, WorkloadConfig> workloads;
  std::vector<Condition> conditions;
  std::set<std::string> words;  ///< that any setting has, also where another does: conditions may name them

  const BaseArch& arch(const std::string& path_or_name, const std::vector<Override>& set) {
    const auto found = archs.find(path_or_name);
    if (found != archs.end()) return found->second;
    const std::string path = shipped_path(Shipped::arch, path_or_name);
    YamlNode root = read_yaml_file(path);
    apply_overrides(root, set);
    const std::string file_name = std::filesystem::path(path).stem().string();
    ArchConfig config = arch_of(root, file_name);
    return archs.emplace(path_or_name, BaseArch{std::move(root), file_name, std::move(config)}).first->second;
  }

  const EnergyTable& energy(const std::string& path_or_name, const AcceleratorParams& machine) {
    auto found = energies.find(path_or_name);
    if (found == energies.end()) found = energies.emplace(path_or_name, load_energy_file(path_or_name)).first;
    check_prices(found->second, machine);
    return found->second.table;
  }

  const std::vector<std::string>& layers_of(const std::string& workload) {
    const auto found = layer_names.find(workload);
    if (found != layer_names.end()) return found->second;
    std::vector<std::string> names;
    for (const Layer& layer : load_workload(workload).layers) names.push_back(layer.name);
    return layer_names.emplace(workload, std::move(names)).first->second;
  }

  const std::string& workload_file(const std::string& path_or_name) {
    const auto found = workload_files.find(path_or_name);
    if (found != workload_files.end()) return found->second;
    return workload_files.emplace(path_or_name, shipped_path(Shipped::workload, path_or_name)).first->second;
  }

  const WorkloadConfig& workload(const std::string& path_or_name, const WorkloadOverrides& options) {
    std::vector<std::string> key = {path_or_name};
    for (const auto& [name, member] : kWorkloadOverrides) key.push_back((options.*member).value_or(""));
    key.insert(key.end(), options.layers.begin(), options.layers.end());
    const auto found = workloads.find(key);
    if (found != workloads.end()) return found->second;
    const WorkloadConfig& loaded = workloads.emplace(key, load_workload(path_or_name, options)).first->second;
    for (const Layer& layer : loaded.layers) check_data(layer, make_problem(layer));
    return loaded;
  }
};

std::string SweepPoint::value(const std::string& key) const {
  const auto found =
      std::find_if(values.begin(), values.end(), [&key](const auto& value) { return value.first == key; });
  return found == values.end() ? "" : found->second;
}

SweepSource::SweepSource(const SweepConfig& config) : config_(config), cache_(std::make_unique<Cache>()) {
  for (const SweepFactor& factor : config.factors) {
    combinations_ *= factor.size();
    if (combinations_ <= kMostCombinations) continue;
    fail_at(factor.front().front().where,
            fmt::format("the sweep has more than {} combinations, legal: up to that", kMostCombinations));
  }
  for (const SweepText& text : config.conditions) cache_->conditions.emplace_back(text);
  for (const SweepFactor& factor : config.factors) {
    for (const SweepRow& row : factor) {
      for (const SweepSetting& setting : row) cache_->words.insert(setting.value.text);
    }
  }
}

SweepSource::~SweepSource() = default;

std::vector<const SweepSetting*> SweepSource::settings(size_t combination) const {
  std::vector<const SweepRow*> rows;
  for (auto factor = config_.factors.rbegin(); factor != config_.factors.rend(); ++factor) {
    rows.push_back(&(*factor)[combination % factor->size()]);
    combination /= factor->size();
  }
  std::vector<const SweepSetting*> settings;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    for (const SweepSetting& setting : **row) settings.push_back(&setting);
  }
  return settings;
}

bool SweepSource::is_wanted(size_t combination) {
  if (cache_->conditions.empty()) return true;
  const std::vector<const SweepSetting*> all = settings(combination);
  const auto arch = std::find_if(all.begin(), all.end(), [](const auto* s) { return s->key == "arch"; });
  if (arch == all.end()) return true;  // resolve() refuses it
  const SweepVariables variables =
      variables_of(cache_->arch(located(**arch), config_.set).config.resolved, all);
  return std::all_of(cache_->conditions.begin(), cache_->conditions.end(),
                     [&](const Condition& condition) { return condition.holds(variables, cache_->words); });
}

ResolvedPoint SweepSource::resolve(size_t combination) {
  const std::vector<const SweepSetting*> all = settings(combination);
  std::string arch_path, workload_path;
  WorkloadOverrides options;
  const SweepSetting* layer = nullptr;
  for (const SweepSetting* setting : all) {
    if (setting->key == "arch") arch_path = located(*setting);
    if (setting->key == "workload") workload_path = located(*setting);
    if (setting->key == "layer") layer = setting;
    for (const auto& [name, member] : kWorkloadOverrides) {
      if (setting->key == name) options.*member = setting->value.text;
    }
  }
  for (const auto& [path, key] : {std::pair(&arch_path, "arch"), std::pair(&workload_path, "workload")}) {
    if (path->empty())
      fail_at(all.front()->where, fmt::format("a point without a key '{}', legal: one", key));
  }
  const auto take_layer = [&](const char* key, const std::string& pattern, const Where& where) {
    const std::string what = unmatched(pattern, workload_path, cache_->layers_of(workload_path));
    if (!what.empty()) fail_at(where, fmt::format("{}: {}", key, what));
    options.layers.push_back(pattern);
  };
  if (layer != nullptr) take_layer("layer", layer->value.text, layer->value.where);
  for (const SweepText& text : config_.layers) take_layer("layers", text.text, text.where);

  const BaseArch& base = cache_->arch(arch_path, config_.set);
  YamlNode root = base.root;
  for (const SweepSetting* setting : all) {
    if (!is_subject_key(setting->key)) set_key(root, setting->key, setting->where, setting->value);
  }
  ArchConfig arch = arch_of(root, base.file_name);
  const WorkloadConfig& workload = cache_->workload(workload_path, options);
  const EnergyTable& energy = cache_->energy(arch.energy_table, arch.params);
  nlohmann::ordered_json identity =
      run_identity(arch, workload, energy, {config_.seed, config_.check, config_.fp64});
  ResolvedPoint point{std::move(arch), workload, energy, std::move(identity),
                      cache_->workload_file(workload_path)};
  for (const Layer& one : workload.layers)
    point.macs += make_problem(one).macs() * (one.has_choice() ? algorithms().size() : 1);
  return point;
}

SweepPoints expand(const SweepConfig& config, SweepSource& source, const std::function<void()>& tick) {
  SweepPoints expanded;
  expanded.combinations = source.combinations();
  for (const Override& one : config.set) expanded.set.emplace_back(one.path, one.value);
  std::set<std::string> hashes;
  for (size_t i = 0; i < source.combinations(); ++i) {
    tick();
    if (!source.is_wanted(i)) {
      ++expanded.left_out;
      continue;
    }
    const ResolvedPoint resolved = source.resolve(i);
    expanded.notes.insert(resolved.workload.notes.begin(), resolved.workload.notes.end());
    SweepPoint point{i, hash_of(resolved.identity), {}, resolved.macs};
    if (!hashes.insert(point.hash).second) {
      ++expanded.identical;
      continue;
    }
    const std::vector<const SweepSetting*> settings = source.settings(i);
    for (const std::string& key : config.keys) {
      for (const SweepSetting* setting : settings) {
        if (setting->key == key) point.values.emplace_back(key, text_of(setting->value));
      }
    }
    expanded.points.push_back(std::move(point));
  }
  return expanded;
}

}  // namespace systole
