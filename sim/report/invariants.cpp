#include "sim/report/invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
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

/// The relations that a module's table states: its states are no longer than `cycles` and sum to them, what
/// it counts by tensor sums to the whole.
template <class S>
void check_module(const std::string& name, const S& stats, uint64_t cycles, Ledger& ledger) {
  for (const Stat<S>& line : StatTable<S>::lines) {
    visit_member(line, [&](auto member) {
      using Member = decltype(member);
      if constexpr (std::is_same_v<Member, typename Stat<S>::States>) {
        for (int a = 0; a < kActivityCount; ++a) {
          ledger.at_most(fmt::format("{} of {}", kActivityNames[a], name), (stats.*member)[a], "all cycles",
                         cycles);
        }
        ledger.equal("the sum of the states of " + name, sum_of(stats.*member), "cycles", cycles);
      } else if constexpr (std::is_same_v<Member, typename Stat<S>::ByTensor>) {
        if (line.whole == nullptr) return;
        ledger.equal(fmt::format("the sum of {} {}", name, line.name), sum_of(stats.*member), "the whole",
                     stats.*line.whole);
      }
    });
  }
}

WideSum total_of(uint64_t count) { return count; }
WideSum total_of(const BusCycles& cycles) {
  return WideSum{cycles.data} + cycles.no_request + cycles.timing + cycles.refresh;
}
WideSum total_of(const ActivityCycles& cycles) { return sum_of(cycles); }
WideSum total_of(const TensorCounts& counts) { return sum_of(counts); }

/// Every counter of the channels against that of all.
void check_channels(const DramStats& dram, Ledger& ledger) {
  for (const Stat<ChannelStats>& line : StatTable<ChannelStats>::lines) {
    visit_member(line, [&](auto member) {
      WideSum sum = 0, highest = 0;
      for (const ChannelStats& channel : dram.channels) {
        const WideSum part = total_of(std::invoke(member, channel));
        sum += part;
        highest = std::max(highest, part);
      }
      ledger.equal(fmt::format("{} by channel", line.name), line.is_highest ? highest : sum, "all",
                   total_of(std::invoke(member, dram.total)));
    });
  }
}

/// What channels and banks count, against the whole and against one another.
void check_dram(const DramStats& dram, Ledger& ledger) {
  if (dram.channels.empty()) return;
  for (size_t c = 0; c < dram.channels.size(); ++c) {
    const ChannelStats& channel = dram.channels[c];
    const std::string name = fmt::format("dram channel {}", c);
    BankCounts banks;
    for (const BankCounts& bank : channel.banks) add_counters(banks, bank);
    ledger.equal(name + " row hits, misses and conflicts",
                 WideSum{channel.hits()} + channel.misses() + channel.conflicts(), "its bursts",
                 WideSum{channel.reads} + channel.writes);
    ledger.equal(name + " activates by bank", banks.activates, "its activates", channel.activates);
    ledger.equal(name + " bus cycles", total_of(channel.bus), "those of channel 0",
                 total_of(dram.channels[0].bus));
    ledger.equal(name + " latencies", sum_of(channel.read_latency.bins()), "its answered reads",
                 channel.read_latency.count());
  }
  check_channels(dram, ledger);
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
  for_each_module(stats, [&](const std::string& name, const auto& module) {
    check_module(name, module, stats.cycles, ledger);
  });
  check_bounds(stats, bounds, ledger);

  const ArrayStats& array = stats.array;
  ledger.equal("MACs executed", array.macs, "MACs planned", planned_macs);
  ledger.equal("MACs executed and lost",
               WideSum{array.macs} + array.mma_padding + array.fold_edges + array.unmapped,
               "the slots of all waves", array.slots);
  ledger.equal("bytes requested by dma.load", sum_of(stats.load.bytes), "bytes read from dram",
               stats.dram.read_bytes);
  ledger.equal("bytes requested by dma.store", sum_of(stats.store.bytes), "bytes written to dram",
               stats.dram.write_bytes);
  ledger.equal("bus bytes of both dma engines", sum_of(stats.load.bus_bytes) + sum_of(stats.store.bus_bytes),
               "bus bytes of dram", stats.dram.bus_bytes);
  check_dram(stats.dram, ledger);

  const auto tensors = energy.by_purpose();
  const auto components = energy.by_component();
  ledger.near("energy by tensor", std::accumulate(tensors.begin(), tensors.end(), 0.0), energy.total());
  ledger.near("energy by component", std::accumulate(components.begin(), components.end(), 0.0),
              energy.total());
  return ledger.broken();
}

}  // namespace systole
