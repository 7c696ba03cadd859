#include <catch2/catch.hpp>
#include <limits>

#include "sim/report/invariants.h"

namespace systole {
namespace {

/// Counts that agree with one another, of a layer of 12 MACs.
MachineStats sound_stats() {
  MachineStats stats;
  stats.cycles = 10;
  stats.array.cycles = {4, 3, 2, 1, 0};
  stats.load.cycles = {5, 0, 0, 0, 5};
  stats.store.cycles = {0, 0, 0, 0, 10};
  stats.vector.cycles = {1, 0, 0, 0, 9};
  stats.array.macs = 12;
  stats.array.slots = 40;
  stats.array.mma_padding = 3, stats.array.fold_edges = 5, stats.array.unmapped = 20;
  stats.load.bytes[0] = 100, stats.load.bus_bytes[0] = 128;
  stats.store.bytes[3] = 20, stats.store.bus_bytes[3] = 64;
  stats.dram.read_bytes = 100, stats.dram.write_bytes = 20, stats.dram.bus_bytes = 192;
  ChannelStats channel;
  channel.reads = 2, channel.writes = 1, channel.activates = 2;
  channel.banks = {{1, 1, 0, 1}, {0, 0, 1, 1}};
  channel.bus = {12, 3, 2, 1};
  channel.read_latency.add(30), channel.read_latency.add(40);
  stats.dram.channels = {channel, channel};
  for (const ChannelStats& each : stats.dram.channels) stats.dram.total.add(each);
  stats.buffers[0].reads = 7, stats.buffers[0].reads_by_tensor[0] = 7;
  stats.buffers[2].writes = 3, stats.buffers[2].writes_by_tensor[3] = 2,
  stats.buffers[2].writes_by_tensor[4] = 1;
  return stats;
}

std::string broken(const MachineStats& stats, const LayerBounds& bounds = {}) {
  return broken_invariant(stats, 12, EnergyBreakdown{}, bounds);
}

/// Two stages, of 6 and 4 cycles.
MachineStats staged_stats() {
  MachineStats stats = sound_stats();
  stats.barriers = {6};
  return stats;
}

LayerBounds two_stages(const Bounds& first, const Bounds& second) {
  return {{}, {{"first", first}, {"second", second}}, 0};
}

}  // namespace

TEST_CASE("sound counts break no invariant", "[report]") { CHECK(broken(sound_stats()).empty()); }

TEST_CASE("each broken invariant is named", "[report]") {
  MachineStats stats = sound_stats();
  std::string name;
  SECTION("states of the array") { stats.array.cycles[0]++, name = "states of pe_array"; }
  SECTION("states of the load engine") { stats.load.cycles[4]--, name = "states of dma.load"; }
  SECTION("states of the store engine") { stats.store.cycles[4]--, name = "states of dma.store"; }
  SECTION("states of the vector unit") { stats.vector.cycles[4]--, name = "states of vector_unit"; }
  SECTION("MACs") { stats.array.macs--, name = "MACs executed"; }
  SECTION("slots") { stats.array.slots++, name = "MACs executed and lost"; }
  SECTION("padding below zero") {
    stats.array.slots -= 4;
    stats.array.mma_padding -= 4;  // wraps round
    name = "MACs executed and lost";
  }
  SECTION("bytes read") { stats.load.bytes[1]++, name = "bytes requested by dma.load"; }
  SECTION("bytes written") { stats.dram.write_bytes++, name = "bytes requested by dma.store"; }
  SECTION("bus bytes") { stats.dram.bus_bytes++, name = "bus bytes"; }
  SECTION("rows of a channel") { stats.dram.channels[1].banks[0].hits++, name = "dram channel 1 row hits"; }
  SECTION("activates of a bank") { stats.dram.channels[0].banks[1].activates++, name = "activates by bank"; }
  SECTION("bus of a channel") { stats.dram.channels[1].bus.timing++, name = "dram channel 1 bus cycles"; }
  SECTION("activates of all") { stats.dram.total.activates++, name = "activates by channel"; }
  SECTION("refreshes of all") { stats.dram.total.refreshes++, name = "refreshes by channel"; }
  SECTION("turnarounds of all") { stats.dram.total.turnarounds++, name = "turnarounds by channel"; }
  SECTION("bursts of all") { stats.dram.total.reads++, name = "bursts_read by channel"; }
  SECTION("words by tensor") { stats.buffers[0].reads_by_tensor[1]++, name = "sram.input reads_by_tensor"; }
  SECTION("words of a buffer") { stats.buffers[2].writes++, name = "sram.output writes_by_tensor"; }
  CHECK_THAT(broken(stats), Catch::Contains(name));
}

TEST_CASE("a state that is longer than the run is named, whatever the states wrap round to", "[report]") {
  MachineStats stats = sound_stats();
  std::string name;
  const auto wrap = [](ActivityCycles& cycles) { cycles = {11, 0, 0, 0, ~uint64_t{0}}; };  // 2^64 + 10
  SECTION("array") { wrap(stats.array.cycles), name = "busy of pe_array is 11"; }
  SECTION("load engine") { wrap(stats.load.cycles), name = "busy of dma.load is 11"; }
  SECTION("store engine") { wrap(stats.store.cycles), name = "busy of dma.store is 11"; }
  SECTION("vector unit") { wrap(stats.vector.cycles), name = "busy of vector_unit is 11"; }
  CHECK_THAT(broken(stats), Catch::Contains(name));
}

TEST_CASE("a sum of counters that wraps round to the right figure is not taken for it", "[report]") {
  MachineStats stats = sound_stats();
  stats.buffers[0].reads_by_tensor = {~uint64_t{0}, 8};  // 2^64 + 7
  CHECK_THAT(broken(stats), Catch::Contains("sram.input reads_by_tensor"));
}

TEST_CASE("cycles below a bound break an invariant", "[report]") {
  const auto with = [](const Bounds& whole) { return broken(sound_stats(), {whole, {}, 0}); };
  CHECK(with({10, 10, 10, 10, 10}).empty());
  CHECK_THAT(with({11, 0, 0, 0, 0}), Catch::Contains("compute bound is 11"));
  CHECK_THAT(with({0, 11, 0, 0, 0}), Catch::Contains("vector bound is 11"));
  CHECK_THAT(with({0, 0, 11, 0, 0}), Catch::Contains("dram bound is 11"));
  CHECK_THAT(with({0, 0, 0, 11, 0}), Catch::Contains("dma bound is 11"));
  CHECK_THAT(with({0, 0, 0, 0, 11}), Catch::Contains("sram bound is 11"));
  CHECK_THAT(broken(sound_stats(), {{}, {}, 11}), Catch::Contains("least time of all stages is 11"));
}

TEST_CASE("cycles of a stage below its bound break an invariant, but for writes that are still queued",
          "[report]") {
  CHECK(stage_cycles(staged_stats(), two_stages({}, {})) == std::vector<uint64_t>{6, 4});
  CHECK(broken(staged_stats(), two_stages({6, 6, 7, 6, 6}, {4, 4, 5, 4, 4})).empty());
  CHECK_THAT(broken(staged_stats(), two_stages({7, 0, 0, 0, 0}, {})),
             Catch::Contains("the compute bound of stage 'first' is 7"));
  CHECK_THAT(broken(staged_stats(), two_stages({}, {0, 5, 0, 0, 0})),
             Catch::Contains("the vector bound of stage 'second' is 5"));
  CHECK_THAT(broken(staged_stats(), two_stages({}, {0, 0, 0, 5, 0})),
             Catch::Contains("the dma bound of stage"));
  CHECK_THAT(broken(staged_stats(), two_stages({}, {0, 0, 0, 0, 5})),
             Catch::Contains("the sram bound of stage"));
}

TEST_CASE("a program with another number of barriers than its stages have ends is a fault", "[report]") {
  CHECK_THROWS_AS(broken(sound_stats(), two_stages({}, {})), std::logic_error);
}

TEST_CASE("energy that is no number breaks an invariant", "[report]") {
  EnergyBreakdown energy;
  energy.at(Component::dram, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(broken_invariant(sound_stats(), 12, energy, {}), Catch::Contains("energy"));
}

}  // namespace systole
