#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/report/figures.h"
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

/// The largest error of the winners that have one: null where none has, or where one is infinite.
Json largest_fp64_error(const Json& layers) {
  Json largest;
  for (const Json& layer : layers) {
    const Json& check = layer["check"];
    if (!layer.value("winner", true) || check["outputs_fp64"] == 0) continue;
    const Json& error = check["max_abs_error_fp64"];
    if (error.is_null()) return nullptr;
    if (largest.is_null() || error > largest) largest = error;
  }
  return largest;
}

Json check_totals(const Json& layers) {
  Json counts = {{"pass", 0}, {"fail", 0}, {"skipped", 0}};
  for (const Json& layer : layers) {
    Json& count = counts[layer["check"]["status"].get<std::string>()];
    count = count.get<int>() + 1;
  }
  const char* status = counts["fail"] > 0 ? "fail" : counts["skipped"] > 0 ? "skipped" : "pass";
  return {{"status", status}, {"layers", counts}, {"max_abs_error_fp64", largest_fp64_error(layers)}};
}

/// A key of an entry; of several figures below one key, the first decides.
struct TotalKey {
  std::string key;
  InTotals in_totals;
};

std::vector<TotalKey> make_total_keys() {
  std::vector<TotalKey> keys;
  for (const Figure& figure : layer_figures()) {
    const std::string key = figure.path.substr(0, figure.path.find('.'));
    if (figure.in_totals == InTotals::none) continue;
    if (keys.empty() || keys.back().key != key) keys.push_back({key, figure.in_totals});
  }
  return keys;
}

}  // namespace

Json totals_of(const Json& layers, const MachineRates& rates) {
  static const std::vector<TotalKey> kKeys = make_total_keys();
  uint64_t winners = 0;
  std::map<uint64_t, uint64_t> cycles_at_peak;
  Json totals = {{"layers", 0}};
  for (const TotalKey& each : kKeys)
    totals[each.key] = each.in_totals == InTotals::largest ? Json(0) : Json();
  for (const Json& layer : layers) {
    if (!layer.value("winner", true)) continue;
    ++winners;
    cycles_at_peak[peak_macs_per_cycle(layer, rates)] +=
        layer["repeat"].get<uint64_t>() * layer["cycles"].get<uint64_t>();
    for (const auto& [key, in_totals] : kKeys) {
      if (in_totals == InTotals::sum) accumulate(totals[key], layer[key], layer["repeat"].get<uint64_t>());
      if (in_totals == InTotals::largest)
        totals[key] = std::max(totals[key].get<uint64_t>(), layer.value(key, uint64_t{0}));
    }
  }
  totals["layers"] = winners;
  totals["check"] = check_totals(layers);
  double peak = 0;
  for (const auto& [macs, cycles] : cycles_at_peak)
    peak += static_cast<double>(cycles) * static_cast<double>(macs);
  derive_rates(totals, rates, peak);
  return totals;
}

}  // namespace systole
