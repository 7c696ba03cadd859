// The DRAM in results.json: what the DMA engines asked of it, what its channels counted, and the rates these
// give.
#include <algorithm>
#include <cmath>

#include "sim/report/counter_figures.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Figure rate(const char* path, const char* unit, const char* description) {
  return {path, unit, description, InTotals::rate, [](const LayerResult&) { return Json(); }};
}

Figure of_tensors(const char* path, const char* description, TensorCounts DmaStats::*counts,
                  DmaStats MachineStats::*engine) {
  return {path,
          "bytes",
          description,
          InTotals::sum,
          [=](const LayerResult& result) { return counts_json(result.stats.*engine.*counts); },
          [=](const Json& json, MachineStats& stats) { read_counts(json, stats.*engine.*counts); }};
}

/// Of both engines; what of it was read stands in a figure of its own, which comes after.
Figure bus_bytes_of_both() {
  return {"dram.bus_bytes_by_tensor",
          "bytes",
          "of whole bursts on the bus, by tensor",
          InTotals::sum,
          [](const LayerResult& result) {
            TensorCounts both = result.stats.load.bus_bytes;
            for (int t = 0; t < kTensorCount; ++t) both[t] += result.stats.store.bus_bytes[t];
            return counts_json(both);
          },
          [](const Json& json, MachineStats& stats) { read_counts(json, stats.store.bus_bytes); }};
}

Figure bus_bytes_read() {
  Figure figure = of_tensors("dram.bus_read_bytes_by_tensor", "the part of bus_bytes_by_tensor that was read",
                             &DmaStats::bus_bytes, &MachineStats::load);
  figure.read = [](const Json& json, MachineStats& stats) {
    read_counts(json, stats.load.bus_bytes);
    for (int t = 0; t < kTensorCount; ++t) stats.store.bus_bytes[t] -= stats.load.bus_bytes[t];
  };
  return figure;
}

void add_entry(const Json& json, Json& lists) {
  if (!json.is_object()) return lists.push_back(json);
  for (const auto& [key, value] : json.items()) lists[key].push_back(value);
}

/// Lists of a counter, an entry for each of the items that `items_of` finds in the DRAM's: one list, or one
/// for each key of the counter.
template <class S, class ItemsOf>
Figure list_of(const std::string& path, const Stat<S>& line, const ItemsOf& items_of) {
  return {path + "." + line.name, std::string(line.unit), line.description, InTotals::sum,
          [&line, items_of](const LayerResult& result) {
            const Json shape = to_json(line, S{});
            Json lists = shape.is_object() ? shape : Json::array();
            for (Json& list : lists) list = Json::array();
            for (const S& item : items_of(result.stats.dram)) add_entry(to_json(line, item), lists);
            return lists;
          }};
}

Figures channel_lists() {
  std::vector<const Stat<ChannelStats>*> lines;
  for (const auto& line : StatTable<ChannelStats>::lines) {
    if (line.list_place > 0) lines.push_back(&line);
  }
  std::sort(lines.begin(), lines.end(),
            [](const auto* left, const auto* right) { return left->list_place < right->list_place; });
  const auto channels = [](const DramStats& dram) -> const auto& { return dram.channels; };
  Figures figures;
  for (const Stat<ChannelStats>* line : lines) {
    figures.push_back(list_of("dram.channels", *line, channels));
  }
  return figures;
}

/// The banks of the first channel, then those of the next.
Figures bank_lists() {
  const auto banks_of = [](const DramStats& dram) {
    std::vector<BankCounts> banks;
    for (const ChannelStats& channel : dram.channels)
      banks.insert(banks.end(), channel.banks.begin(), channel.banks.end());
    return banks;
  };
  Figures figures;
  for (const auto& line : StatTable<BankCounts>::lines)
    figures.push_back(list_of("dram.banks", line, banks_of));
  return figures;
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

Figure latency_figure() {
  return {
      "dram.read_latency", std::string(kMemoryCycles),
      "of bursts, from acceptance to the last data: how many reads, their cycles together, the average and "
      "a histogram",
      InTotals::sum,
      [](const LayerResult& result) { return latency_json(result.stats.dram.total.read_latency); }};
}

/// Of all channels: what the banks' counters sum to, the rates these give, then the rest.
Figures channel_figures() {
  const auto total = [](auto& stats) -> auto& { return stats.dram.total; };
  Figures sums, others;
  for (const auto& line : StatTable<ChannelStats>::lines) {
    if (!line.is_shown) continue;
    const bool is_sum = std::holds_alternative<Stat<ChannelStats>::Sum>(line.member);
    (is_sum ? sums : others).push_back(figure_of(std::string("dram.") + line.name, line, total));
  }
  sums.push_back(rate("dram.row_hit_rate", "0 … 1", "row_hits over hits, misses and conflicts"));
  sums.push_back(rate("dram.bandwidth_gbps", "GB/s", "bus_bytes / seconds"));
  append(sums, std::move(others));
  return sums;
}

}  // namespace

Figures dram_figures() {
  Figures figures = {
      of_tensors("dram.read_bytes", "what the DMA asked for, by tensor", &DmaStats::bytes,
                 &MachineStats::load),
      of_tensors("dram.write_bytes", "what the DMA gave, by tensor", &DmaStats::bytes, &MachineStats::store)};
  append(figures, figures_of(
                      "dram", StatTable<DramStats>(), [](auto& stats) -> auto& { return stats.dram; }));
  figures.push_back(bus_bytes_of_both());
  figures.push_back(bus_bytes_read());
  figures.push_back(rate("dram.burst_efficiency", "0 … 1", "bytes asked for / bus_bytes"));
  append(figures, channel_figures());
  figures.push_back(rate("dram.queued_reads", "requests", "in a channel's read queue, on average"));
  figures.push_back(rate("dram.queued_writes", "requests", "in a channel's write queue, on average"));
  figures.push_back(latency_figure());
  append(figures, channel_lists());
  append(figures, bank_lists());
  return figures;
}

}  // namespace systole
