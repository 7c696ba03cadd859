#include "sim/report/dram_json.h"

#include <cmath>

#include "sim/report/named.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// Of the memory's clock, over all channels.
Json bus_json(const BusCycles& bus) {
  return {
      {"data", bus.data}, {"no_request", bus.no_request}, {"timing", bus.timing}, {"refresh", bus.refresh}};
}

/// What `figure` gives for each of the items.
template <class Item, class Figure>
Json list_of(const std::vector<Item>& items, const Figure& figure) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(figure(item));
  return list;
}

Json channels_json(const std::vector<ChannelStats>& channels) {
  using C = ChannelStats;
  return {{"bursts_read", list_of(channels, [](const C& c) { return c.reads; })},
          {"bursts_written", list_of(channels, [](const C& c) { return c.writes; })},
          {"row_hits", list_of(channels, [](const C& c) { return c.hits(); })},
          {"row_misses", list_of(channels, [](const C& c) { return c.misses(); })},
          {"row_conflicts", list_of(channels, [](const C& c) { return c.conflicts(); })},
          {"activates", list_of(channels, [](const C& c) { return c.activates; })},
          {"refreshes", list_of(channels, [](const C& c) { return c.refreshes; })},
          {"turnarounds", list_of(channels, [](const C& c) { return c.turnarounds; })},
          {"queued_read_cycles", list_of(channels, [](const C& c) { return c.queued_read_cycles; })},
          {"queued_write_cycles", list_of(channels, [](const C& c) { return c.queued_write_cycles; })},
          {"bus_cycles",
           {{"data", list_of(channels, [](const C& c) { return c.bus.data; })},
            {"no_request", list_of(channels, [](const C& c) { return c.bus.no_request; })},
            {"timing", list_of(channels, [](const C& c) { return c.bus.timing; })},
            {"refresh", list_of(channels, [](const C& c) { return c.bus.refresh; })}}}};
}

/// The banks of the first channel, then those of the next.
Json banks_json(const std::vector<ChannelStats>& channels) {
  std::vector<BankCounts> banks;
  for (const ChannelStats& channel : channels) {
    banks.insert(banks.end(), channel.banks.begin(), channel.banks.end());
  }
  using B = BankCounts;
  return {{"row_hits", list_of(banks, [](const B& b) { return b.hits; })},
          {"row_misses", list_of(banks, [](const B& b) { return b.misses; })},
          {"row_conflicts", list_of(banks, [](const B& b) { return b.conflicts; })},
          {"activates", list_of(banks, [](const B& b) { return b.activates; })}};
}

Json latency_json(const LatencyHistogram& latency) {
  Json histogram = Json::array();
  uint64_t left = latency.count();
  for (const uint64_t reads : latency.bins()) {
    if (left == 0) break;
    histogram.push_back(reads);
    left -= reads;
  }
  return {{"reads", latency.count()},
          {"cycles", std::llround(latency.average() * static_cast<double>(latency.count()))},
          {"average", nullptr},
          {"histogram", std::move(histogram)}};
}

}  // namespace

Json dram_json(const MachineStats& stats) {
  std::array<uint64_t, kTensorCount> bus{};
  for (int t = 0; t < kTensorCount; ++t) bus[t] = stats.load.bus_bytes[t] + stats.store.bus_bytes[t];
  const ChannelStats& total = stats.dram.total;
  return {{"read_bytes", named(kTensorNames, stats.load.bytes)},
          {"write_bytes", named(kTensorNames, stats.store.bytes)},
          {"bus_bytes", stats.dram.bus_bytes},
          {"bus_bytes_by_tensor", named(kTensorNames, bus)},
          {"bus_read_bytes_by_tensor", named(kTensorNames, stats.load.bus_bytes)},
          {"burst_efficiency", nullptr},
          {"row_hits", total.hits()},
          {"row_misses", total.misses()},
          {"row_conflicts", total.conflicts()},
          {"row_hit_rate", nullptr},
          {"bandwidth_gbps", nullptr},
          {"refreshes", total.refreshes},
          {"activates", total.activates},
          {"turnarounds", total.turnarounds},
          {"bursts_read", total.reads},
          {"bursts_written", total.writes},
          {"bursts_forwarded", total.forwarded},
          {"bursts_merged", total.merged},
          {"bus_cycles", bus_json(total.bus)},
          {"active_rank_cycles", total.active_rank_cycles},
          {"idle_rank_cycles", total.idle_rank_cycles},
          {"queued_read_cycles", total.queued_read_cycles},
          {"queued_write_cycles", total.queued_write_cycles},
          {"queued_reads", nullptr},
          {"queued_writes", nullptr},
          {"read_latency", latency_json(total.read_latency)},
          {"channels", channels_json(stats.dram.channels)},
          {"banks", banks_json(stats.dram.channels)}};
}

}  // namespace systole
