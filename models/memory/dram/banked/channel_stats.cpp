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
  add_counters(*this, other);
  read_latency.add(other.read_latency);
  banks.resize(std::max(banks.size(), other.banks.size()));
  for (size_t i = 0; i < other.banks.size(); ++i) add_counters(banks[i], other.banks[i]);
}

}  // namespace systole
