#include "sim/report/summary_csv.h"

#include "sim/report/csv.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

uint64_t sum_of(const Json& counts) {
  uint64_t sum = 0;
  for (const Json& count : counts) sum += count.get<uint64_t>();
  return sum;
}

/// The parts of a component in one figure: sram_input, sram_weight and sram_output as energy_sram.
void add_energies(const Json& by_component, Json& entry) {
  for (const auto& [component, energy] : by_component.items()) {
    Json& sum = entry["energy_" + component.substr(0, component.find('_'))];
    sum = (sum.is_null() ? 0.0 : sum.get<double>()) + energy.get<double>();
  }
}

/// The highest bound by its first word, and its cycles; nothing where there is none.
void add_bound(const Json& bounds, Json& entry) {
  entry["bound"] = nullptr;
  entry["bound_cycles"] = 0;
  for (const auto& [name, cycles] : bounds.items()) {
    if (cycles.get<uint64_t>() <= entry["bound_cycles"].get<uint64_t>()) continue;
    entry["bound"] = name.substr(0, name.find('_'));
    entry["bound_cycles"] = cycles;
  }
}

}  // namespace

Json summary_entry(const Json& layer) {
  Json entry = {{"layer", layer.at("name")}};
  for (const char* key : {"algorithm", "winner", "repeat", "macs", "cycles", "seconds", "utilization"})
    entry[key] = layer.at(key);
  for (const auto& [state, cycles] : layer.at("pe_array").items()) entry[state] = cycles;
  entry["energy"] = layer.at("energy_pj").at("total");
  add_energies(layer.at("energy_pj").at("by_component"), entry);
  const Json& dram = layer.at("dram");
  entry["dram_read_bytes"] = sum_of(dram.at("read_bytes"));
  entry["dram_write_bytes"] = sum_of(dram.at("write_bytes"));
  add_bound(layer.at("bounds"), entry);
  entry["check"] = layer.at("check").at("status");
  return entry;
}

std::string summary_csv(const Json& layers) {
  Json entries = Json::array();
  for (const Json& layer : layers) entries.push_back(summary_entry(layer));
  return layers_csv(entries);
}

}  // namespace systole
