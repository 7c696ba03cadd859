#include "sim/run/counters.h"

#include "sim/report/figures.h"
#include "sim/report/stat_json.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto kAll = [](const auto&) { return true; };
constexpr auto kWork = [](const auto& line) { return !line.is_time(); };

template <class Wanted>
Json counters_of(const MachineStats& stats, const Wanted& is_wanted) {
  Json json = counts_json(stats, is_wanted);
  for_each_module(stats, [&](const std::string& path, const auto& module) {
    at_path(json, path).update(counts_json(module, is_wanted));
  });
  return json;
}

Json channel_json(const ChannelStats& channel) {
  Json json = counts_json(channel, kAll);
  const LatencyHistogram& latency = channel.read_latency;
  json["read_latency"] = {latency.bins(), latency.max(), latency.average()};
  json["banks"] = Json::array();
  for (const BankCounts& bank : channel.banks) json["banks"].push_back(counts_json(bank, kAll));
  return json;
}

}  // namespace

Json work_counters(const MachineStats& stats) { return counters_of(stats, kWork); }

Json all_counters(const MachineStats& stats) {
  Json json = counters_of(stats, kAll);
  json["barriers"] = stats.barriers;
  json["dram"]["total"] = channel_json(stats.dram.total);
  for (const ChannelStats& channel : stats.dram.channels)
    json["dram"]["channels"].push_back(channel_json(channel));
  return json;
}

}  // namespace systole
