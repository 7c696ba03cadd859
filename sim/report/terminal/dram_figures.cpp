#include "sim/report/terminal/dram_figures.h"

#include <fmt/format.h>

#include "sim/report/terminal/table.h"

namespace systole {
namespace {

using Rows = std::vector<std::vector<std::string>>;

double share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string count(uint64_t value) { return fmt::format("{}", value); }

std::string percent(uint64_t part, uint64_t whole) { return fmt::format("{:.2f} %", share(part, whole)); }

std::string table(const Rows& rows, const Style& style, const std::vector<size_t>& optional = {}) {
  std::string text;
  for (const std::string& line : aligned(rows, style.columns, optional)) text += line + "\n";
  return text;
}

/// The latency below which 99 of 100 reads lie, as far as the histogram tells.
uint64_t percentile_99(const LatencyHistogram& latency) {
  uint64_t below = 0;
  for (int bin = 0; bin < LatencyHistogram::kBins; ++bin) {
    below += latency.bins()[bin];
    if (below * 100 >= latency.count() * 99) return LatencyHistogram::lower_edge(bin);
  }
  return latency.max();
}

/// What every memory has: cycles of its clock, and bursts on its bus.
Rows common_figures(const DramParams& dram, uint64_t cycles, uint64_t reads, uint64_t writes) {
  const double seconds = static_cast<double>(cycles) / (static_cast<double>(dram.clock_khz) * 1e3);
  const double bytes = static_cast<double>(reads + writes) * dram.burst_bytes;
  const double peak = static_cast<double>(dram.bandwidth_num) / static_cast<double>(dram.bandwidth_den);
  return {{"cycles", count(cycles), "of the memory's clock, to the last data"},
          {"seconds", fmt::format("{:.6g}", seconds), ""},
          {"bandwidth_gbps", fmt::format("{:.3f}", bytes / seconds / 1e9),
           dram.kind == DramKind::ideal ? "of any" : fmt::format("of {:.3f}", peak)},
          {"reads", count(reads), "bursts on the bus"},
          {"writes", count(writes), ""}};
}

Rows latency_figures(const LatencyHistogram& latency) {
  return {{"read_latency", fmt::format("{:.1f}", latency.average()), "cycles from acceptance, average"},
          {"read_latency_p99", count(percentile_99(latency)), "or a little more"},
          {"read_latency_max", count(latency.max()), ""}};
}

void append(Rows& rows, const Rows& more) { rows.insert(rows.end(), more.begin(), more.end()); }

Rows figures(const DramParams& dram, const TraceResult& result) {
  const ChannelStats& s = result.total;
  const uint64_t accesses = s.reads + s.writes, bus = s.bus.total();
  const double cycles = static_cast<double>(result.cycles);
  Rows rows = common_figures(dram, result.cycles, s.reads, s.writes);
  append(rows, {{"forwarded", count(s.forwarded), "reads answered from the write queue"},
                {"merged", count(s.merged), "joined to a queued request of the same burst"},
                {"row_hits", count(s.hits()), percent(s.hits(), accesses)},
                {"row_misses", count(s.misses()), percent(s.misses(), accesses)},
                {"row_conflicts", count(s.conflicts()), percent(s.conflicts(), accesses)},
                {"activates", count(s.activates), ""},
                {"precharges", count(s.precharges), ""},
                {"refreshes", count(s.refreshes), ""},
                {"turnarounds", count(s.turnarounds), "between reads and writes"}});
  append(rows, latency_figures(s.read_latency));
  append(rows, {{"queued_reads", fmt::format("{:.2f}", static_cast<double>(s.queued_read_cycles) / cycles),
                 "on average"},
                {"queued_writes", fmt::format("{:.2f}", static_cast<double>(s.queued_write_cycles) / cycles),
                 "on average"},
                {"bus_data", count(s.bus.data), percent(s.bus.data, bus)},
                {"bus_no_request", count(s.bus.no_request), percent(s.bus.no_request, bus)},
                {"bus_timing", count(s.bus.timing), percent(s.bus.timing, bus)},
                {"bus_refresh", count(s.bus.refresh), percent(s.bus.refresh, bus)}});
  return rows;
}

std::string lines_of(const Rows& rows) {
  std::string text;
  for (const auto& row : rows)
    text += fmt::format("{:<17} {:>12}{}\n", row[0], row[1], row[2].empty() ? "" : "  " + row[2]);
  return text;
}

Rows by_channel(const TraceResult& result) {
  Rows rows = {
      {"channel", "reads", "writes", "hits", "misses", "conflicts", "activates", "refreshes", "bus data"}};
  for (size_t c = 0; c < result.channels.size(); ++c) {
    const ChannelStats& s = result.channels[c];
    rows.push_back({count(c), count(s.reads), count(s.writes), count(s.hits()), count(s.misses()),
                    count(s.conflicts()), count(s.activates), count(s.refreshes),
                    percent(s.bus.data, s.bus.total())});
  }
  return rows;
}

Rows by_bank(const TraceResult& result) {
  Rows rows = {{"bank", "hits", "misses", "conflicts", "activates"}};
  for (size_t b = 0; b < result.total.banks.size(); ++b) {
    const BankCounts& s = result.total.banks[b];
    rows.push_back({count(b), count(s.hits), count(s.misses), count(s.conflicts), count(s.activates)});
  }
  return rows;
}

Rows latencies(const LatencyHistogram& latency) {
  Rows rows = {{"latency from", "reads", "share"}};
  for (int bin = 0; bin < LatencyHistogram::kBins; ++bin) {
    const uint64_t reads = latency.bins()[bin];
    if (reads == 0) continue;
    rows.push_back({count(LatencyHistogram::lower_edge(bin)), count(reads), percent(reads, latency.count())});
  }
  return rows;
}

}  // namespace

std::string dram_figures(const DramParams& dram, const TraceResult& result, const Style& style) {
  std::string text = lines_of(figures(dram, result)) + "\n" + table(by_channel(result), style, {7, 6}) +
                     "\n" + table(by_bank(result), style);
  if (result.total.read_latency.count() != 0)
    text += "\n" + table(latencies(result.total.read_latency), style);
  return text;
}

std::string dram_figures(const DramParams& dram, const UnbankedTraceResult& result, const Style& style) {
  Rows rows = common_figures(dram, result.cycles, result.reads, result.writes);
  append(rows, latency_figures(result.read_latency));
  const std::string text = lines_of(rows);
  return result.read_latency.count() == 0 ? text : text + "\n" + table(latencies(result.read_latency), style);
}

}  // namespace systole
