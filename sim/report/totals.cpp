#include <algorithm>
#include <string>

#include "sim/report/rates.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// Adds `repeat` times every number of `entry` to its place in `sum`, which takes the entry's shape; of
/// lists, the longest one's.
void accumulate(Json& sum, const Json& entry, uint64_t repeat) {
  if (entry.is_object()) {
    for (const auto& [key, value] : entry.items()) accumulate(sum[key], value, repeat);
  } else if (entry.is_array()) {
    if (sum.is_null()) sum = Json::array();
    for (size_t i = 0; i < entry.size(); ++i) accumulate(sum[i], entry[i], repeat);
  } else if (entry.is_number_float()) {
    sum = (sum.is_null() ? 0.0 : sum.get<double>()) + entry.get<double>() * static_cast<double>(repeat);
  } else if (entry.is_number()) {
    sum = (sum.is_null() ? 0 : sum.get<uint64_t>()) + entry.get<uint64_t>() * repeat;
  }
}

Json check_totals(const Json& layers) {
  Json counts = {{"pass", 0}, {"fail", 0}, {"skipped", 0}};
  for (const Json& layer : layers) {
    Json& count = counts[layer["check"]["status"].get<std::string>()];
    count = count.get<int>() + 1;
  }
  const char* status = counts["fail"] > 0 ? "fail" : counts["skipped"] > 0 ? "skipped" : "pass";
  return {{"status", status}, {"layers", counts}};
}

}  // namespace

Json totals_of(const Json& layers, const MachineRates& rates) {
  uint64_t winners = 0, workspace = 0;
  Json totals = {{"layers", 0},          {"cycles", nullptr},      {"seconds", nullptr},
                 {"macs", nullptr},      {"utilization", nullptr}, {"array_utilization", nullptr},
                 {"bounds", nullptr},    {"ops", nullptr},         {"pe_array", nullptr},
                 {"dram", nullptr},      {"sram", nullptr},        {"workspace_bytes", 0},
                 {"energy_pj", nullptr}, {"power_w", nullptr},     {"tops_per_w", nullptr},
                 {"edp", nullptr}};
  for (const Json& layer : layers) {
    if (!layer.value("winner", true)) continue;
    ++winners;
    workspace = std::max(workspace, layer.value("workspace_bytes", uint64_t{0}));
    const auto repeat = layer["repeat"].get<uint64_t>();
    for (const char* key : {"cycles", "macs", "bounds", "ops", "pe_array", "dram", "sram", "energy_pj"}) {
      accumulate(totals[key], layer[key], repeat);
    }
  }
  totals["layers"] = winners;
  totals["workspace_bytes"] = workspace;
  totals["check"] = check_totals(layers);
  derive_rates(totals, rates);
  return totals;
}

}  // namespace systole
