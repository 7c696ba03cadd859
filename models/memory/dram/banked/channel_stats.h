#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

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

/// Why no data were on the bus: nothing asked for any; a refresh held the banks; a timing rule did.
struct BusCycles {
  uint64_t data = 0, no_request = 0, timing = 0, refresh = 0;
  uint64_t total() const { return data + no_request + timing + refresh; }
};

struct BankCounts {
  uint64_t hits = 0, misses = 0, conflicts = 0, activates = 0;
};

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

}  // namespace systole
