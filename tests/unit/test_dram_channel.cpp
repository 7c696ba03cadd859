#include <catch2/catch.hpp>
#include <random>

#include "models/memory/dram/banked/address_map.h"
#include "models/memory/dram/banked/trace_player.h"
#include "sim/config/config.h"

namespace systole {
namespace {

std::vector<std::string> banked_presets() {
  std::vector<std::string> names;
  for (const std::string& name : shipped(Shipped::dram)) {
    if (load_dram(name, {}).kind == DramKind::banked) names.push_back(name);
  }
  return names;
}

std::vector<TraceRequest> random_trace(const DramParams& dram, size_t count, uint32_t seed) {
  std::mt19937_64 random(seed);
  std::vector<TraceRequest> trace;
  uint64_t cycle = 0;
  for (size_t i = 0; i < count; ++i) {
    if (random() % 100 == 0) cycle += random() % 20000;  // idle stretches, across refreshes
    const uint64_t span = random() % 4 == 0 ? dram.capacity : uint64_t{1} << 14;
    trace.push_back({random() % span / dram.burst_bytes * dram.burst_bytes, random() % 3 == 0, cycle});
  }
  return trace;
}

TraceResult play(const DramParams& dram, const std::vector<TraceRequest>& trace) {
  return play_trace(dram.banked, trace, 0);
}

}  // namespace

TEST_CASE("an address map is a bijection between bursts and places, and keeps to its fields' order") {
  for (const std::string& name : banked_presets()) {
    INFO(name);
    BankedParams params = load_dram(name, {}).banked;
    params.geometry.rows = 4;
    for (const std::string& map : {params.address_map, params.reference_map}) {
      const AddressMap decoder(map, params.geometry);
      const uint64_t bursts = params.geometry.capacity() / params.geometry.burst_bytes();
      std::vector<bool> seen(bursts);
      for (uint64_t burst = 0; burst < bursts; ++burst) {
        const DramPlace p = decoder.place(burst);
        const DramGeometry& g = params.geometry;
        REQUIRE((p.channel < g.channels && p.bank < g.banks_per_channel() && p.row < g.rows));
        const uint64_t index =
            ((uint64_t{p.channel} * g.banks_per_channel() + p.bank) * g.rows + p.row) * g.bursts_per_row() +
            p.column;
        REQUIRE_FALSE(seen[index]);
        seen[index] = true;
      }
    }
  }
  const AddressMap decoder("rorabacobgch", load_dram("hbm2", {}).banked.geometry);
  CHECK(decoder.place(7).channel == 7);
  CHECK(decoder.place(8).bank == 4);  // the next bank group
  CHECK(decoder.place(32).column == 1);
}

TEST_CASE("under every preset all requests are served, once, and every cycle of the bus has a name") {
  for (const std::string& name : banked_presets()) {
    for (const char* refresh : {"per_rank", "per_bank", "none"}) {
      for (const char* page : {"open", "closed"}) {
        INFO(name << ", refresh " << refresh << ", page " << page);
        const bool single_known = load_dram(name, {}).banked.timing.trfc_pb.has_value();
        if (refresh == std::string("per_bank") && !single_known) continue;
        const DramParams dram =
            load_dram(name, {{"controller.refresh", refresh}, {"controller.page_policy", page}});
        const std::vector<TraceRequest> trace = random_trace(dram, 5000, 7);
        const TraceResult result = play(dram, trace);
        const ChannelStats& s = result.total;
        CHECK(s.reads + s.writes + s.forwarded + s.merged == trace.size());
        CHECK(s.hits() + s.misses() + s.conflicts() == s.reads + s.writes);
        CHECK(s.bus.data == (s.reads + s.writes) * dram.banked.geometry.burst_cycles);
        CHECK(s.bus.total() == result.cycles * dram.banked.geometry.channels);
        CHECK(s.active_rank_cycles + s.idle_rank_cycles ==
              result.cycles * dram.banked.geometry.channels * dram.banked.geometry.ranks);
        const DramTimings& t = dram.banked.timing;
        const uint64_t ranks = uint64_t{dram.banked.geometry.channels} * dram.banked.geometry.ranks;
        const uint64_t due = refresh == std::string("none")       ? 0
                             : refresh == std::string("per_rank") ? result.cycles / t.trefi * ranks
                                                                  : result.cycles / *t.trefi_pb * ranks;
        CHECK(s.refreshes + 2 * ranks >= due);
        CHECK(s.refreshes <= due + 2 * ranks);
      }
    }
  }
}

TEST_CASE("a stream runs at the bus's rate less refresh under each preset's own map") {
  for (const std::string& name : banked_presets()) {
    INFO(name);
    const DramParams dram = load_dram(name, {});
    const DramGeometry& g = dram.banked.geometry;
    std::vector<TraceRequest> trace;
    for (uint64_t i = 0; i < 20000 * g.channels; ++i) trace.push_back({i * g.burst_bytes(), false, 0});
    const TraceResult result = play(dram, trace);
    const DramTimings& t = dram.banked.timing;
    const double bound = 20000.0 * std::max(g.burst_cycles, t.tccd_s) / (1 - double(t.trfc) / t.trefi);
    CHECK(static_cast<double>(result.cycles) < 1.06 * bound);
    CHECK(static_cast<double>(result.cycles) > 0.93 * bound);
  }
}

TEST_CASE("a read of a burst that waits to be written is answered from the queue, and writes of it merge") {
  const DramParams dram = load_dram("ddr4_3200", {});
  const TraceResult result =
      play(dram, {{64, true, 0}, {64, true, 0}, {64, false, 0}, {128, false, 0}, {128, false, 0}});
  CHECK(result.total.merged == 2);
  CHECK(result.total.forwarded == 1);
  CHECK(result.total.writes == 1);
  CHECK(result.total.reads == 1);
}

TEST_CASE("a memory that slept has refreshed all the while") {
  const DramParams dram = load_dram("lpddr4_3200", {});
  const uint64_t late = 1'000'000;
  const TraceResult result = play(dram, {{0, false, 0}, {0, false, late}});
  CHECK(result.total.refreshes == late / dram.banked.timing.trefi);
  CHECK(result.total.bus.no_request > late * 9 / 10);
}

TEST_CASE("the hit cap lets an older request for another row pass, and none starves") {
  for (const char* cap : {"1", "4", "1000"}) {
    const DramParams dram = load_dram("lpddr4_3200", {{"controller.row_hit_cap", cap}});
    std::vector<TraceRequest> trace = {{0, false, 0}, {uint64_t{1} << 24, false, 0}};
    for (uint64_t i = 1; i < 60; ++i) trace.push_back({i * 64, false, 0});
    CHECK(play(dram, trace).total.reads == trace.size());
  }
}

}  // namespace systole
