#include "sim/report/invariants.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace systole {
namespace {

/// Wide enough that no sum of counters wraps round to the figure it is compared with.
__extension__ using WideSum = __int128;

template <class Counts>
WideSum sum_of(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), WideSum{0});
}

/// As far as a double tells it: for messages only.
std::string text_of(WideSum value) { return fmt::format("{:.0f}", static_cast<double>(value)); }

/// Collects the first disagreement.
class Ledger {
 public:
  void equal(const std::string& left_name, WideSum left, const std::string& right_name, WideSum right) {
    if (left != right) say("{} is {}, {} is {}", left_name, text_of(left), right_name, text_of(right));
  }
  void at_most(const std::string& name, uint64_t count, const std::string& limit_name, uint64_t limit) {
    if (count > limit) say("{} is {}, more than {}, {}", name, count, limit_name, limit);
  }
  /// Sums of the same terms in another order: equal but for rounding.
  void near(const std::string& name, double sum, double total) {
    if (!(std::abs(sum - total) <= 1e-9 * std::abs(total)))
      say("{} is {}, the total energy is {}", name, sum, total);
  }
  std::string broken() const { return broken_; }

 private:
  template <class... Arguments>
  void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (broken_.empty()) broken_ = fmt::format(format, std::forward<Arguments>(arguments)...);
  }

  std::string broken_;
};

/// What channels and banks count, against the whole and against one another.
void check_dram(const DramStats& dram, Ledger& ledger) {
  if (dram.channels.empty()) return;
  ChannelStats sum;
  for (size_t c = 0; c < dram.channels.size(); ++c) {
    const ChannelStats& channel = dram.channels[c];
    const std::string name = fmt::format("dram channel {}", c);
    uint64_t activates = 0;
    for (const BankCounts& bank : channel.banks) activates += bank.activates;
    ledger.equal(name + " row hits, misses and conflicts",
                 channel.hits() + channel.misses() + channel.conflicts(), "its bursts",
                 channel.reads + channel.writes);
    ledger.equal(name + " activates by bank", activates, "its activates", channel.activates);
    ledger.equal(name + " bus cycles", channel.bus.total(), "those of channel 0",
                 dram.channels[0].bus.total());
    ledger.equal(name + " latencies", sum_of(channel.read_latency.bins()), "its answered reads",
                 channel.read_latency.count());
    sum.add(channel);
  }
  const ChannelStats& total = dram.total;
  ledger.equal("bursts read and written by channel", sum.reads + sum.writes, "all",
               total.reads + total.writes);
  ledger.equal("activates by channel", sum.activates, "all", total.activates);
  ledger.equal("refreshes by channel", sum.refreshes, "all", total.refreshes);
  ledger.equal("turnarounds by channel", sum.turnarounds, "all", total.turnarounds);
  ledger.equal("dram bus cycles by channel", sum.bus.total(), "all", total.bus.total());
}

void check_bounds(const MachineStats& stats, const LayerBounds& bounds, Ledger& ledger) {
  for (const BoundKind& kind : kBoundKinds) {
    ledger.at_most(fmt::format("the {} bound", kind.key), bounds.whole.*kind.cycles, "the cycles",
                   stats.cycles);
  }
  ledger.at_most("the least time of all stages", bounds.least_cycles, "the cycles", stats.cycles);
  const std::vector<uint64_t> cycles = stage_cycles(stats, bounds);
  for (size_t s = 0; s < cycles.size(); ++s) {
    const StageBounds& stage = bounds.stages[s];
    for (const BoundKind& kind : kBoundKinds) {
      if (kind.cycles == &Bounds::dram_cycles) continue;
      ledger.at_most(fmt::format("the {} bound of stage '{}'", kind.key, stage.name),
                     stage.bounds.*kind.cycles, "its cycles", cycles[s]);
    }
  }
  if (!cycles.empty()) ledger.equal("the sum of the stages", sum_of(cycles), "cycles", stats.cycles);
}

}  // namespace

std::vector<uint64_t> stage_cycles(const MachineStats& stats, const LayerBounds& bounds) {
  if (bounds.stages.empty()) return {};
  if (stats.barriers.size() + 1 != bounds.stages.size())
    throw std::logic_error("a program of stages has other barriers than their ends");
  std::vector<uint64_t> cycles;
  uint64_t begin = 0;
  for (const uint64_t end : stats.barriers) {
    cycles.push_back(end - begin);
    begin = end;
  }
  cycles.push_back(stats.cycles - begin);
  return cycles;
}

std::string broken_invariant(const MachineStats& stats, uint64_t planned_macs, const EnergyBreakdown& energy,
                             const LayerBounds& bounds) {
  Ledger ledger;
  const auto states = [&](const char* module, const ActivityCycles& cycles) {
    for (int a = 0; a < kActivityCount; ++a) {
      ledger.at_most(fmt::format("{} of {}", kActivityNames[a], module), cycles[a], "all cycles",
                     stats.cycles);
    }
    ledger.equal(fmt::format("the sum of the states of {}", module), sum_of(cycles), "cycles", stats.cycles);
  };
  states("pe_array", stats.array.cycles);
  states("dma.load", stats.load.cycles);
  states("dma.store", stats.store.cycles);
  states("vector_unit", stats.vector.cycles);
  check_bounds(stats, bounds, ledger);

  ledger.equal("MACs executed", stats.array.macs, "MACs planned", planned_macs);
  ledger.equal("bytes requested by dma.load", sum_of(stats.load.bytes), "bytes read from dram",
               stats.dram.read_bytes);
  ledger.equal("bytes requested by dma.store", sum_of(stats.store.bytes), "bytes written to dram",
               stats.dram.write_bytes);
  ledger.equal("bus bytes of both dma engines", sum_of(stats.load.bus_bytes) + sum_of(stats.store.bus_bytes),
               "bus bytes of dram", stats.dram.bus_bytes);
  check_dram(stats.dram, ledger);
  constexpr std::array<const char*, kBufferCount> kBufferNames = {"sram.input", "sram.weight", "sram.output"};
  for (int b = 0; b < kBufferCount; ++b) {
    const BufferStats& buffer = stats.buffers[b];
    const std::string name = kBufferNames[b];
    ledger.equal(name + " reads by tensor", sum_of(buffer.reads_by_tensor), "all reads", buffer.reads);
    ledger.equal(name + " writes by tensor", sum_of(buffer.writes_by_tensor), "all writes", buffer.writes);
  }

  const auto tensors = energy.by_purpose();
  const auto components = energy.by_component();
  ledger.near("energy by tensor", std::accumulate(tensors.begin(), tensors.end(), 0.0), energy.total());
  ledger.near("energy by component", std::accumulate(components.begin(), components.end(), 0.0),
              energy.total());
  return ledger.broken();
}

}  // namespace systole
