#include "sim/run/host_json.h"

#include <algorithm>
#include <limits>

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

double rate(double count, double seconds) { return seconds > 0 ? count / seconds : 0; }

void add(Json& totals, const char* key, const Json& layer) {
  totals[key] = totals[key].get<double>() + layer[key].get<double>();
}

}  // namespace

Json host_entry(const std::string& name, const std::string& algorithm, const MachineStats& stats,
                const HostFigures& host) {
  Json entry = {{"name", name},
                {"algorithm", algorithm},
                {"cycles", stats.cycles},
                {"macs", stats.array.macs},
                {"cpu_seconds", host.cpu_seconds},
                {"wall_seconds", host.last_cycle_at - host.first_cycle_at},
                {"setup_seconds", host.setup_seconds},
                {"data_seconds", host.data_seconds},
                {"check_seconds", host.check_seconds},
                {"cycles_per_second", rate(static_cast<double>(stats.cycles), host.cpu_seconds)},
                {"macs_per_second", rate(static_cast<double>(stats.array.macs), host.cpu_seconds)},
                {"peak_rss_bytes", peak_rss_bytes()},
                {"first_cycle_at", host.first_cycle_at},
                {"last_cycle_at", host.last_cycle_at}};
  if (host.timed_as) {
    entry["cycles_per_second"] = entry["macs_per_second"] = nullptr;
    entry["timed_as"] = *host.timed_as;
  }
  if (host.audit) {
    entry["audited_instructions"] = host.audit->instructions;
    entry["unordered_pairs"] = host.audit->unordered_pairs;
  }
  if (host.compared_with) entry["compared_with"] = *host.compared_with;
  return entry;
}

Json host_totals(Json& layers) {
  Json totals = {{"layers", 0},          {"timed_layers", 0},
                 {"cycles", 0},          {"macs", 0},
                 {"cpu_seconds", 0.0},   {"wall_seconds", 0.0},
                 {"setup_seconds", 0.0}, {"data_seconds", 0.0},
                 {"check_seconds", 0.0}, {"process_cpu_seconds", process_cpu_seconds()}};
  double first = std::numeric_limits<double>::infinity(), last = -first;
  uint64_t cycles = 0, macs = 0, timed = 0, peak = peak_rss_bytes();
  for (Json& layer : layers) {
    for (const char* key : {"cpu_seconds", "setup_seconds", "data_seconds", "check_seconds"})
      add(totals, key, layer);
    for (const char* key : {"audited_instructions", "unordered_pairs"}) {
      if (layer.contains(key)) totals[key] = totals.value(key, uint64_t{0}) + layer[key].get<uint64_t>();
    }
    timed += !layer.contains("timed_as");
    cycles += layer["cycles"].get<uint64_t>();
    macs += layer["macs"].get<uint64_t>();
    peak = std::max(peak, layer["peak_rss_bytes"].get<uint64_t>());
    first = std::min(first, layer["first_cycle_at"].get<double>());
    last = std::max(last, layer["last_cycle_at"].get<double>());
    layer.erase("first_cycle_at");
    layer.erase("last_cycle_at");
  }
  const auto cpu = totals["cpu_seconds"].get<double>();
  totals["layers"] = layers.size();
  totals["timed_layers"] = timed;
  totals["cycles"] = cycles;
  totals["macs"] = macs;
  totals["wall_seconds"] = last - first;
  totals["cycles_per_second"] = rate(static_cast<double>(cycles), cpu);
  totals["macs_per_second"] = rate(static_cast<double>(macs), cpu);
  totals["peak_rss_bytes"] = peak;
  return totals;
}

}  // namespace systole
