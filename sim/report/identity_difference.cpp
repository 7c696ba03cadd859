#include "sim/report/identity_difference.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Runs = std::vector<const Json*>;

constexpr const char* kNone = "-";

std::string text_of(const Json* value) {
  if (value == nullptr) return kNone;
  return value->is_string() ? value->get<std::string>() : value->dump();
}

/// Each run's member of that name; a null pointer where there is none.
Runs members(const Runs& runs, const std::string& key) {
  Runs found;
  for (const Json* run : runs) {
    const bool has = run != nullptr && run->is_object() && run->contains(key);
    found.push_back(has ? &run->at(key) : nullptr);
  }
  return found;
}

bool are_equal(const Runs& values) {
  return std::all_of(values.begin(), values.end(), [&values](const Json* value) {
    const Json* first = values.front();
    return value == nullptr || first == nullptr ? value == first : *value == *first;
  });
}

/// The names of all members, in the order of first appearance.
std::vector<std::string> keys_of(const Runs& maps) {
  std::vector<std::string> keys;
  for (const Json* map : maps) {
    if (map == nullptr || !map->is_object()) continue;
    for (const auto& [key, value] : map->items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

/// Adds what differs at `path` and below: single values, or whole ones where a run has none.
void add(const std::string& path, const Runs& values, std::vector<IdentityDifference>& differences) {
  if (are_equal(values)) return;
  const bool are_maps = std::all_of(values.begin(), values.end(),
                                    [](const Json* value) { return value != nullptr && value->is_object(); });
  if (!are_maps) {
    IdentityDifference difference{path, {}};
    for (const Json* value : values) difference.values.push_back(text_of(value));
    differences.push_back(std::move(difference));
    return;
  }
  for (const std::string& key : keys_of(values))
    add(path.empty() ? key : path + "." + key, members(values, key), differences);
}

/// Layers by name, whatever their order.
Json layers_by_name(const Json* workload) {
  Json layers = Json::object();
  if (workload == nullptr || !workload->is_object() || !workload->contains("layers")) return layers;
  for (const Json& layer : workload->at("layers")) {
    if (!layer.is_object()) continue;
    const Json* name = layer.contains("name") ? &layer.at("name") : nullptr;
    Json& entry = layers[text_of(name)] = layer;
    entry.erase("name");
  }
  return layers;
}

/// A run's layers: how many, and the first that not all runs have.
std::string layers_text(const Json& layers, const std::function<bool(const std::string&)>& is_common) {
  if (layers.size() == 1) return layers.items().begin().key();
  std::string text = std::to_string(layers.size()) + " layers";
  for (const auto& [name, layer] : layers.items()) {
    if (!is_common(name)) return text + " with " + name;
  }
  return text;
}

/// Which layers there are, then what the common ones differ in.
void add_layers(const std::vector<Json>& layers, std::vector<IdentityDifference>& differences) {
  Runs all;
  for (const Json& map : layers) all.push_back(&map);
  std::vector<std::string> names = keys_of(all);
  const auto is_common = [&all](const std::string& name) {
    return std::all_of(all.begin(), all.end(), [&name](const Json* map) { return map->contains(name); });
  };
  if (!std::all_of(names.begin(), names.end(), is_common)) {
    IdentityDifference difference{"layers", {}};
    for (const Json& map : layers) difference.values.push_back(layers_text(map, is_common));
    differences.push_back(std::move(difference));
  }
  names.erase(std::remove_if(names.begin(), names.end(), [&](const auto& name) { return !is_common(name); }),
              names.end());

  std::vector<IdentityDifference> single;
  std::map<std::pair<std::string, std::vector<std::string>>, std::vector<std::string>> alike;  // to layers
  for (const std::string& name : names) {
    std::vector<IdentityDifference> own;
    add("", members(all, name), own);
    for (IdentityDifference& difference : own) {
      alike[{difference.key, difference.values}].push_back(name);
      single.push_back(std::move(difference));
    }
  }
  for (IdentityDifference& difference : single) {
    const auto found = alike.find({difference.key, difference.values});
    if (found == alike.end()) continue;  // told with its first layer
    const std::vector<std::string>& whose = found->second;
    if (whose.size() == 1) {
      difference.key += " of " + whose.front();
    } else if (whose.size() == names.size()) {
      difference.key += " of all layers";
    } else {
      difference.key += " of " + whose.front() + " and " + std::to_string(whose.size() - 1) + " more";
    }
    alike.erase(found);
    differences.push_back(std::move(difference));
  }
}

void add_energy(const Runs& tables, std::vector<IdentityDifference>& differences) {
  const Runs names = members(tables, "name");
  if (are_equal(names)) {
    add("energy table", tables, differences);
  } else {
    add("energy", names, differences);
  }
}

/// The part of each run without some keys.
std::vector<Json> without(const Runs& runs, const char* part, const std::vector<const char*>& keys) {
  std::vector<Json> parts;
  for (const Json* member : members(runs, part)) {
    parts.push_back(member == nullptr ? Json::object() : *member);
    if (!parts.back().is_object()) continue;
    for (const char* key : keys) parts.back().erase(key);
  }
  return parts;
}

Runs pointers(const std::vector<Json>& parts) {
  Runs runs;
  for (const Json& part : parts) runs.push_back(&part);
  return runs;
}

/// Architectures without their names; of DRAMs of different models no more than these, whose other keys have
/// little in common.
std::vector<Json> archs_of(const Runs& runs) {
  std::vector<Json> archs = without(runs, "arch", {"name", "energy"});
  const Runs models = members(members(pointers(archs), "dram"), "model");
  if (are_equal(models)) return archs;
  std::vector<Json> names;
  for (const Json* model : models) names.push_back(model == nullptr ? Json() : Json{{"model", *model}});
  for (size_t r = 0; r < archs.size(); ++r) {
    if (archs[r].is_object()) archs[r]["dram"] = names[r];
  }
  return archs;
}

}  // namespace

std::vector<IdentityDifference> identity_differences(const Runs& runs) {
  std::vector<IdentityDifference> differences;
  add("tool", members(runs, "tool"), differences);
  add("architecture", members(members(runs, "arch"), "name"), differences);
  add("", pointers(archs_of(runs)), differences);
  add("workload", members(members(runs, "workload"), "name"), differences);
  std::vector<Json> layers;
  for (const Json* workload : members(runs, "workload")) layers.push_back(layers_by_name(workload));
  add_layers(layers, differences);
  add("workload", pointers(without(runs, "workload", {"name", "layers"})), differences);
  add_energy(members(runs, "energy"), differences);
  add("seed", members(runs, "seed"), differences);
  add("check", members(runs, "check"), differences);
  add("fp64", members(runs, "fp64"), differences);
  return differences;
}

}  // namespace systole
