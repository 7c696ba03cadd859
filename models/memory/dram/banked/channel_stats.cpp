#include "models/memory/dram/banked/channel_stats.h"

#include <algorithm>

namespace systole {

uint64_t LatencyHistogram::lower_edge(int bin) {
  if (bin < 4) return static_cast<uint64_t>(bin);
  return (uint64_t{4} + bin % 4) << (bin / 4 - 1);
}

void LatencyHistogram::add(const LatencyHistogram& other) {
  for (int bin = 0; bin < kBins; ++bin) bins_[bin] += other.bins_[bin];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

uint64_t ChannelStats::hits() const {
  uint64_t sum = 0;
  for (const BankCounts& bank : banks) sum += bank.hits;
  return sum;
}

uint64_t ChannelStats::misses() const {
  uint64_t sum = 0;
  for (const BankCounts& bank : banks) sum += bank.misses;
  return sum;
}

uint64_t ChannelStats::conflicts() const {
  uint64_t sum = 0;
  for (const BankCounts& bank : banks) sum += bank.conflicts;
  return sum;
}

void ChannelStats::add(const ChannelStats& other) {
  reads += other.reads, writes += other.writes;
  forwarded += other.forwarded, merged += other.merged;
  activates += other.activates, precharges += other.precharges, refreshes += other.refreshes;
  turnarounds += other.turnarounds;
  last_data = std::max(last_data, other.last_data);
  queued_read_cycles += other.queued_read_cycles, queued_write_cycles += other.queued_write_cycles;
  active_rank_cycles += other.active_rank_cycles, idle_rank_cycles += other.idle_rank_cycles;
  bus.data += other.bus.data, bus.no_request += other.bus.no_request;
  bus.timing += other.bus.timing, bus.refresh += other.bus.refresh;
  read_latency.add(other.read_latency);
  banks.resize(std::max(banks.size(), other.banks.size()));
  for (size_t i = 0; i < other.banks.size(); ++i) {
    banks[i].hits += other.banks[i].hits, banks[i].misses += other.banks[i].misses;
    banks[i].conflicts += other.banks[i].conflicts, banks[i].activates += other.banks[i].activates;
  }
}

}  // namespace systole
