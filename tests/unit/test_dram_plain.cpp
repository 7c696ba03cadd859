// The DRAM's controller against one that is stepped in every cycle, keeps nothing and shares nothing with it.
#include <catch2/catch.hpp>
#include <random>

#include "plain_dram.h"
#include "sim/config/config.h"

namespace systole {
namespace {

/// Streams of reads and of writes, random and mixed traffic, few addresses over and over, strides over rows,
/// floods of writes with a read now and then, and idle stretches, one after the other.
std::vector<TraceRequest> changing_trace(const BankedParams& params, size_t count, std::mt19937_64& random) {
  std::vector<TraceRequest> trace;
  const uint64_t bursts = params.geometry.capacity() / params.geometry.burst_bytes();
  uint64_t cycle = 0, at = 0, kind = 0;
  for (size_t i = 0; i < count; ++i) {
    if (i % 60 == 0) kind = random() % 7, at = random() % bursts;
    if (random() % 150 == 0) cycle += random() % (random() % 4 == 0 ? 12000 : 300);
    bool write = kind == 1;
    if (kind == 2) at = random(), write = random() % 3 == 0;
    if (kind == 3) write = i % 3 == 2;
    if (kind == 4) at = random() % 64, write = random() % 2 == 0;
    if (kind == 5) at += params.geometry.bursts_per_row();
    if (kind == 6) at = random() % (bursts / 2), write = i % 20 != 0;
    trace.push_back({at++ % bursts * params.geometry.burst_bytes(), write, cycle});
  }
  return trace;
}

/// A stream of reads, and every so many requests one of another row or bank: few places at a bank, and it is
/// passed often.
std::vector<TraceRequest> interrupted_stream(const BankedParams& params, uint64_t count, uint32_t apart,
                                             std::mt19937_64& random) {
  const DramGeometry& g = params.geometry;
  const uint64_t bursts = g.capacity() / g.burst_bytes(), first = random() % bursts;
  const uint64_t near = uint64_t{4} * g.bursts_per_row() * g.banks_per_channel();
  std::vector<TraceRequest> trace;
  for (uint64_t i = 0; i < count; ++i) {
    const bool other = i % apart == 5;
    const uint64_t burst = first + (other ? random() % near : i);
    trace.push_back({burst % bursts * g.burst_bytes(), other && random() % 4 == 0, 0});
  }
  return trace;
}

void change_controller(BankedParams& params, std::mt19937_64& random) {
  const auto pick = [&](uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random() % (high - low + 1));
  };
  DramController& c = params.controller;
  c.read_queue = pick(1, 40), c.write_queue = pick(1, 40), c.bank_queue = pick(1, 12);
  c.row_hit_cap = pick(1, 8), c.write_low = pick(0, 20), c.idle_drain = pick(1, 200);
  c.dual_command = random() % 2 == 0;
  params.timing.tppd = pick(0, 4);
  if (random() % 2 == 0 && params.geometry.banks_per_channel() <= 32) params.geometry.ranks *= 2;
}

void require_same(const ChannelStats& a, const ChannelStats& b) {
  REQUIRE(a.reads == b.reads);
  REQUIRE(a.writes == b.writes);
  REQUIRE(a.forwarded == b.forwarded);
  REQUIRE(a.merged == b.merged);
  REQUIRE(a.activates == b.activates);
  REQUIRE(a.precharges == b.precharges);
  REQUIRE(a.refreshes == b.refreshes);
  REQUIRE(a.turnarounds == b.turnarounds);
  REQUIRE(a.last_data == b.last_data);
  REQUIRE(a.queued_read_cycles == b.queued_read_cycles);
  REQUIRE(a.queued_write_cycles == b.queued_write_cycles);
  REQUIRE(a.active_rank_cycles == b.active_rank_cycles);
  REQUIRE(a.idle_rank_cycles == b.idle_rank_cycles);
  REQUIRE(a.bus.data == b.bus.data);
  REQUIRE(a.bus.no_request == b.bus.no_request);
  REQUIRE(a.bus.timing == b.bus.timing);
  REQUIRE(a.bus.refresh == b.bus.refresh);
  REQUIRE(a.read_latency.bins() == b.read_latency.bins());
  REQUIRE(a.read_latency.max() == b.read_latency.max());
  REQUIRE(a.read_latency.average() == b.read_latency.average());
  REQUIRE(a.banks.size() == b.banks.size());
  for (size_t i = 0; i < a.banks.size(); ++i) {
    REQUIRE(a.banks[i].hits == b.banks[i].hits);
    REQUIRE(a.banks[i].misses == b.banks[i].misses);
    REQUIRE(a.banks[i].conflicts == b.banks[i].conflicts);
    REQUIRE(a.banks[i].activates == b.banks[i].activates);
  }
}

void require_same(const BankedParams& params, const std::vector<TraceRequest>& trace, uint64_t limit) {
  const TraceResult fast = play_trace(params, trace, limit), plain = play_trace_plainly(params, trace, limit);
  REQUIRE(fast.cycles == plain.cycles);
  REQUIRE(fast.channels.size() == plain.channels.size());
  for (size_t c = 0; c < fast.channels.size(); ++c) require_same(fast.channels[c], plain.channels[c]);
  require_same(fast.total, plain.total);
}

}  // namespace

TEST_CASE("sleeping between the useful cycles changes no figure, under any preset, map and policy") {
  std::mt19937_64 random(23);
  for (const std::string& name : shipped(Shipped::dram)) {
    if (load_dram(name, {}).kind != DramKind::banked) continue;
    for (const DramRefresh refresh : {DramRefresh::per_rank, DramRefresh::per_bank, DramRefresh::none}) {
      for (const PagePolicy page : {PagePolicy::open, PagePolicy::closed}) {
        for (const bool own_controller : {true, false}) {
          BankedParams params = load_dram(name, {}).banked;
          params.geometry.channels = std::min(params.geometry.channels, 2u);
          if (!params.timing.trfc_pb) params.timing.trfc_pb = 201, params.timing.trefi_pb = 1003;
          params.controller.refresh = refresh;
          params.controller.page_policy = page;
          if (random() % 2 == 0) params.address_map = params.reference_map;
          if (!own_controller) change_controller(params, random);
          const std::vector<TraceRequest> trace = changing_trace(params, 1200, random);
          const std::array<uint64_t, 4> limits = {0, 1, 16, 64};
          const uint64_t limit = limits[random() % limits.size()];
          INFO(name << ", refresh " << int(refresh) << ", page " << int(page) << ", at most " << limit);
          require_same(params, trace, limit);
        }
      }
    }
  }
}

TEST_CASE("what has been passed too often goes first in the same cycle, whichever way it is found out") {
  std::mt19937_64 random(29);
  for (const std::string& name : shipped(Shipped::dram)) {
    if (load_dram(name, {}).kind != DramKind::banked) continue;
    for (const uint32_t places : {1, 2}) {
      for (const uint32_t apart : {6, 40}) {
        INFO(name << ", " << places << " places a bank, every " << apart);
        BankedParams params = load_dram(name, {}).banked;
        params.geometry.channels = std::min(params.geometry.channels, 2u);
        params.controller.bank_queue = places;
        require_same(params, interrupted_stream(params, 1500, apart, random), 0);
      }
    }
  }
}

}  // namespace systole
