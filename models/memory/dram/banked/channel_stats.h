#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "models/stat_table.h"

namespace systole {

/// Latencies in cycles, four bins an octave: below 4 one bin a value, then [4,5) [5,6) [6,7) [7,8) [8,10) ...
class LatencyHistogram {
 public:
  static constexpr int kBins = 128;
  void add(uint64_t cycles) {
    ++bins_[bin_of(cycles)];
    ++count_;
    sum_ += cycles;
    if (cycles > max_) max_ = cycles;
  }
  void add(const LatencyHistogram& other);
  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }
  double average() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  const std::array<uint64_t, kBins>& bins() const { return bins_; }
  /// The smallest latency counted in the bin.
  static uint64_t lower_edge(int bin);

 private:
  static int bin_of(uint64_t cycles) {
    if (cycles < 4) return static_cast<int>(cycles);
    const int octave = 63 - __builtin_clzll(cycles);
    const int bin = 4 * (octave - 1) + static_cast<int>((cycles >> (octave - 2)) & 3);
    return std::min(bin, kBins - 1);
  }
  std::array<uint64_t, kBins> bins_{};
  uint64_t count_ = 0, sum_ = 0, max_ = 0;
};

struct BankCounts {
  uint64_t hits = 0, misses = 0, conflicts = 0, activates = 0;
};
template <>
struct StatTable<BankCounts> {
  static constexpr Stat<BankCounts> lines[] = {
      {"row_hits", "bursts", "that found their row open", &BankCounts::hits},
      {"row_misses", "bursts", "that found no row open", &BankCounts::misses},
      {"row_conflicts", "bursts", "that found another row open", &BankCounts::conflicts},
      {"activates", "commands", "that open a row", &BankCounts::activates}};
};
static_assert(counted_bytes<BankCounts>() == sizeof(BankCounts));

/// What one channel counts, in cycles of the memory clock. A hit finds its row used before; a miss opens a
/// row of a closed bank; a conflict had to close another row first.
struct ChannelStats {
  uint64_t reads = 0, writes = 0;      ///< bursts on the bus
  uint64_t forwarded = 0, merged = 0;  ///< reads answered from the write queue; bursts joined to a queued one
  uint64_t activates = 0, precharges = 0, refreshes = 0;
  uint64_t turnarounds = 0;  ///< changes of the bus between reads and writes
  uint64_t last_data = 0;    ///< the cycle in which the last data had left the bus
  uint64_t queued_read_cycles = 0, queued_write_cycles = 0;  ///< transactions times cycles in the queues
  uint64_t active_rank_cycles = 0, idle_rank_cycles = 0;     ///< some bank open; none
  BusCycles bus;
  LatencyHistogram read_latency;
  std::vector<BankCounts> banks;

  uint64_t hits() const;
  uint64_t misses() const;
  uint64_t conflicts() const;
  void add(const ChannelStats& other);
};
template <>
struct StatTable<ChannelStats> {
  using S = ChannelStats;
  static constexpr Stat<S> lines[] = {
      Stat<S>{"row_hits", "bursts", "that found their row open", &S::hits}.listed(3),
      Stat<S>{"row_misses", "bursts", "that found no row open", &S::misses}.listed(4),
      Stat<S>{"row_conflicts", "bursts", "that found another row open", &S::conflicts}.listed(5),
      Stat<S>{"refreshes", "commands", "that refresh a rank or a bank", &S::refreshes}.listed(7),
      Stat<S>{"activates", "commands", "that open a row", &S::activates}.listed(6),
      Stat<S>{"precharges", "commands", "that close a row", &S::precharges}.hidden(),
      Stat<S>{"turnarounds", "", "changes of the bus between reads and writes", &S::turnarounds}.listed(8),
      Stat<S>{"bursts_read", "bursts", "read over the bus", &S::reads}.listed(1),
      Stat<S>{"bursts_written", "bursts", "written over the bus", &S::writes}.listed(2),
      {"bursts_forwarded", "bursts", "answered from the write queue", &S::forwarded},
      {"bursts_merged", "bursts", "joined to a queued request of the same burst", &S::merged},
      Stat<S>{"last_data", kMemoryCycles, "when the last data had left the bus", &S::last_data}
          .hidden()
          .highest(),
      Stat<S>{"bus_cycles", kMemoryCycles, "of the data bus by what it did", &S::bus}.listed(11),
      {"active_rank_cycles", kMemoryCycles, "of ranks with a bank open", &S::active_rank_cycles},
      {"idle_rank_cycles", kMemoryCycles, "of ranks with no bank open", &S::idle_rank_cycles},
      Stat<S>{"queued_read_cycles", kMemoryCycles, "times requests in the read queues",
              &S::queued_read_cycles}
          .listed(9),
      Stat<S>{"queued_write_cycles", kMemoryCycles, "times requests in the write queues",
              &S::queued_write_cycles}
          .listed(10)};
};
static_assert(counted_bytes<ChannelStats>() + sizeof(LatencyHistogram) + sizeof(std::vector<BankCounts>) ==
              sizeof(ChannelStats));

}  // namespace systole
