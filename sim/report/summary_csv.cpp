#include "sim/report/summary_csv.h"

#include "sim/report/csv.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// The parts of a component in one figure: sram_input, sram_weight and sram_output as energy_sram.
void add_energies(const Json& by_component, Json& entry) {
  for (const auto& [component, energy] : by_component.items()) {
    Json& sum = entry["energy_" + component.substr(0, component.find('_'))];
    sum = (sum.is_null() ? 0.0 : sum.get<double>()) + energy.get<double>();
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
  entry["dram_bus_bytes"] = dram.at("bus_bytes");
  entry["burst_efficiency"] = dram.at("burst_efficiency");
  entry["bound"] = layer.at("bound").at("by");
  entry["bound_cycles"] = layer.at("bound").at("cycles");
  entry["check"] = layer.at("check").at("status");
  return entry;
}

std::string summary_csv(const Json& layers) {
  Json entries = Json::array();
  for (const Json& layer : layers) entries.push_back(summary_entry(layer));
  return layers_csv(entries);
}

}  // namespace systole
