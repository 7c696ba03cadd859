// What the timing rules alone imply, under every shipped preset and under invented ones no reference knows.
#include <catch2/catch.hpp>
#include <random>

#include "models/memory/dram/banked/trace_player.h"
#include "sim/config/config.h"

namespace systole {
namespace {

struct Invented {
  std::string name;
  BankedParams params;
};

/// One channel and rank of it, without refresh.
BankedParams alone(BankedParams params) {
  params.geometry.channels = params.geometry.ranks = 1;
  params.controller.refresh = DramRefresh::none;
  return params;
}

/// A memory nobody sells, with legal timings; loaded through the checks a user's file goes through.
BankedParams invented(std::mt19937& random) {
  const auto pick = [&](uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random()) % (high - low + 1);
  };
  const uint32_t burst = pick(1, 8), tccd_s = pick(1, 8), trcd = pick(5, 40), tras = trcd + pick(0, 50);
  const uint32_t trrd_s = pick(1, 12), trfc = pick(50, 400);
  std::vector<Override> keys;
  const auto set = [&](const char* key, uint32_t value) { keys.push_back({key, std::to_string(value)}); };
  set("channels", 1), set("ranks", 1), set("burst_cycles", burst);
  set("bank_groups", 1u << pick(0, 2)), set("banks", 1u << pick(1, 3));
  set("timing.cl", pick(5, 40)), set("timing.cwl", pick(4, 30));
  set("timing.trcd_rd", trcd), set("timing.trcd_wr", trcd), set("timing.tras", tras),
      set("timing.trp", pick(3, 40));
  set("timing.tccd_s", tccd_s), set("timing.tccd_l", tccd_s + pick(0, 6));
  set("timing.trrd_s", trrd_s), set("timing.trrd_l", trrd_s + pick(0, 6)),
      set("timing.tfaw", 4 * trrd_s + pick(0, 30));
  set("timing.twr", pick(3, 40)), set("timing.twtr_s", pick(1, 8)), set("timing.twtr_l", pick(8, 16));
  set("timing.trtp", pick(2, 20)), set("timing.trtrs", pick(0, 3)), set("timing.tppd", pick(0, 4));
  set("timing.trfc", trfc), set("timing.trefi", trfc + pick(3000, 9000));
  return load_dram(random() % 2 == 0 ? "ddr4_3200" : "lpddr5_6400", keys).banked;
}

std::vector<Invented> memories() {
  std::vector<Invented> all;
  for (const std::string& name : shipped(Shipped::dram)) {
    const DramParams dram = load_dram(name, {});
    if (dram.kind == DramKind::banked) all.push_back({name, dram.banked});
  }
  REQUIRE(all.size() >= 9);
  std::mt19937 random(17);
  for (int i = 0; i < 40; ++i) all.push_back({"invented " + std::to_string(i), invented(random)});
  return all;
}

/// Reads of `count` bursts, one after the other in address.
TraceResult stream(const BankedParams& params, uint64_t count, uint64_t stride = 1) {
  std::vector<TraceRequest> trace;
  for (uint64_t i = 0; i < count; ++i)
    trace.push_back({i * stride * params.geometry.burst_bytes(), false, 0});
  return play_trace(params, trace, 0);
}

/// A request of cycle 0 is accepted in 1 and its activate goes out in 2.
uint64_t first_data_end(const BankedParams& p) {
  return 2 + p.timing.trcd_rd + p.timing.cl + p.geometry.burst_cycles;
}

}  // namespace

TEST_CASE("hits on one row follow each other at the burst or tCCD_L, to the cycle") {
  for (const Invented& memory : memories()) {
    INFO(memory.name);
    BankedParams p = alone(memory.params);
    p.address_map = "rorabgbachco";
    const uint64_t hits = p.geometry.bursts_per_row();
    const uint64_t gap = std::max(p.geometry.burst_cycles, p.timing.tccd_l);
    const TraceResult result = stream(p, hits);
    CHECK(result.cycles == first_data_end(p) + (hits - 1) * gap);
    CHECK(result.total.hits() == hits - 1);
  }
}

TEST_CASE("conflicts in one bank follow each other at tRC, or at tRCD, tRTP and tRP, to the cycle") {
  for (const Invented& memory : memories()) {
    INFO(memory.name);
    BankedParams p = alone(memory.params);
    p.address_map = "bgbachcoraro";
    const DramTimings& t = p.timing;
    const uint64_t gap = std::max(t.tras, t.trcd_rd + t.trtp) + t.trp, count = 300;
    const TraceResult result = stream(p, count);
    CHECK(result.cycles == first_data_end(p) + (count - 1) * gap);
    CHECK(result.total.conflicts() == count - 1);
    CHECK(result.total.activates == count);
  }
}

TEST_CASE("a stream over the bank groups runs at the burst, tCCD_S or tCCD_L over the groups") {
  for (const Invented& memory : memories()) {
    INFO(memory.name);
    BankedParams p = alone(memory.params);
    p.address_map = "rorabachcobg";
    const DramTimings& t = p.timing;
    const uint64_t groups = p.geometry.bank_groups, burst = p.geometry.burst_cycles;
    const uint64_t across = std::max<uint64_t>(burst, t.tccd_s), within = std::max<uint64_t>(burst, t.tccd_l);
    const uint64_t gap = groups == 1 ? within : across, count = groups * p.geometry.bursts_per_row();
    const uint64_t turns = std::max(groups * across, within);
    const uint64_t least = first_data_end(p) + (count - 1) * gap;
    const uint64_t most = first_data_end(p) + count / groups * turns + groups * (t.trrd_l + t.tfaw) + within;
    const TraceResult result = stream(p, count);
    CHECK(result.cycles >= least);
    CHECK(result.cycles <= most);
  }
}

TEST_CASE("activates over all banks run at tRRD, tFAW or tRC, whichever binds") {
  for (const Invented& memory : memories()) {
    INFO(memory.name);
    BankedParams p = alone(memory.params);
    p.address_map = "corarochbabg";  // each burst in another bank, each turn of the banks in another row
    const DramTimings& t = p.timing;
    const uint64_t groups = p.geometry.bank_groups, banks = p.geometry.banks_per_channel(), count = 4000;
    const double turn = std::max(t.tras, t.trcd_rd + t.trtp) + t.trp;
    const double rrd = groups == 1 ? t.trrd_l : std::max<double>(t.trrd_s, double(t.trrd_l) / double(groups));
    const double data = groups == 1 ? std::max(p.geometry.burst_cycles, t.tccd_l)
                                    : std::max(p.geometry.burst_cycles, t.tccd_s);
    const double least = std::max({t.tfaw / 4.0, rrd, turn / double(banks), data});
    const TraceResult result = stream(p, count);
    const double each = double(result.cycles) / double(count);
    CHECK(result.total.activates == count);
    CHECK(each >= 0.995 * least);
    // A controller that issues one command a cycle cannot do better than three a request.
    const double most = std::max(least, p.controller.dual_command ? 2.0 : 3.0);
    CHECK(each <= 1.25 * most + 1);
  }
}

TEST_CASE("refresh takes tRFC of each tREFI, and what closing and opening rows again costs") {
  for (const Invented& memory : memories()) {
    INFO(memory.name);
    BankedParams p = alone(memory.params);
    p.address_map = "rorabachcobg";
    const uint64_t count = 30 * p.timing.trefi / std::max(p.geometry.burst_cycles, p.timing.tccd_l);
    const auto without = double(stream(p, count).cycles);
    p.controller.refresh = DramRefresh::per_rank;
    const TraceResult result = stream(p, count);
    const DramTimings& t = p.timing;
    const double share = double(t.trfc) / t.trefi;
    const double around = double(t.trfc + t.trp + t.trcd_rd + t.trtp + t.tras + 40) / t.trefi;
    CHECK(result.total.refreshes == result.cycles / t.trefi);
    CHECK(double(result.cycles) >= 0.99 * without / (1 - share));
    CHECK(double(result.cycles) <= 1.01 * without / (1 - around));
  }
}

TEST_CASE("writes in one bank's rows wait for the data, tWR and tRP") {
  for (const Invented& memory : memories()) {
    INFO(memory.name);
    BankedParams p = alone(memory.params);
    p.address_map = "bgbachcoraro";
    const DramTimings& t = p.timing;
    const uint64_t gap = std::max(t.tras, t.trcd_wr + t.cwl + p.geometry.burst_cycles + t.twr) + t.trp;
    std::vector<TraceRequest> trace;
    for (uint64_t i = 0; i < 300; ++i) trace.push_back({i * p.geometry.burst_bytes(), true, 0});
    const TraceResult result = play_trace(p, trace, 0);
    CHECK(result.total.writes == 300);
    CHECK(result.cycles >= 299 * gap);
    CHECK(result.cycles <= 299 * gap + 2000);
  }
}

}  // namespace systole
