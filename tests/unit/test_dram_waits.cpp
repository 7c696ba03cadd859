// How long a read may wait at most, by the rules of docs/machine.md.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "models/memory/dram/banked/channel.h"
#include "models/memory/dram/banked/trace_player.h"
#include "sim/config/config.h"

namespace systole {
namespace {

struct Memory {
  std::string name;
  BankedParams params;
  uint64_t places() const { return uint64_t{banks()} * params.controller.bank_queue; }
  uint64_t passes() const { return params.controller.most_overtakers(params.geometry); }
  uint32_t banks() const { return params.geometry.banks_per_channel(); }
  /// Column commands of other banks while one closes its row and opens the next.
  uint64_t in_a_row_change() const {
    const DramTimings& t = params.timing;
    const uint32_t data = params.geometry.burst_cycles, used = t.trcd_wr + t.cwl + data + t.twr;
    return (std::max(t.tras, used) + t.trp + std::max(t.trcd_rd, t.trcd_wr)) / data + 1;
  }
};

/// One channel of each preset, with its own refresh and with that of single banks where its timings are
/// known.
std::vector<Memory> memories() {
  std::vector<Memory> all;
  for (const std::string& name : shipped(Shipped::dram)) {
    const DramParams dram = load_dram(name, {});
    if (dram.kind != DramKind::banked) continue;
    all.push_back({name, dram.banked});
    all.back().params.geometry.channels = 1;
    if (!dram.banked.timing.trfc_pb) continue;
    all.push_back(all.back());
    all.back().params.controller.refresh = DramRefresh::per_bank;
  }
  REQUIRE(all.size() == 9 + 6);
  return all;
}

struct Burst {
  bool write = false;
  uint32_t bank = 0, row = 0;
};

/// Offers `count` bursts, each as soon as there is room for it, one a cycle, and returns the most column
/// commands that went out between a read's acceptance and its own.
template <class Make>
uint64_t most_columns_passed(const Memory& memory, uint32_t count, const Make& make) {
  DramChannel channel(memory.params);
  const auto columns = [&] { return channel.stats().reads + channel.stats().writes; };
  std::map<uint32_t, uint64_t> waiting;  // reads, by what had gone out when they came
  uint64_t most = 0;
  Cycle now = 1;
  Burst next = make(0);
  for (uint32_t i = 0; i < count || channel.busy();) {
    channel.run_until(now - 1);
    if (i < count && channel.can_accept(next.write)) {
      if (!next.write) waiting[i] = columns();
      channel.accept(i, {0, next.bank, next.row, 0}, i, next.write, now, true);
      next = make(++i);
    }
    if (i == count) channel.flush(now);
    channel.run_until(now++);
    for (const DramCompletion& done : channel.completions()) {
      const auto read = waiting.find(done.id);
      if (read == waiting.end()) continue;
      most = std::max(most, columns() - read->second);
      waiting.erase(read);
    }
    channel.completions().clear();
  }
  CHECK(waiting.empty());
  return most;
}

}  // namespace

/// A stream goes over the bank groups in turn: so many outstanding are so many to a bank, which takes them a
/// queue at a time. Each time all that are outstanding go before the last of them, and those that may pass
/// it, a column command each tCCD_L at the slowest; and in all that a row changes and a refresh comes.
TEST_CASE("a read of a stream waits for those before it, for those that may pass it and for a refresh") {
  for (const Memory& memory : memories()) {
    INFO(memory.name);
    const DramGeometry& g = memory.params.geometry;
    const DramTimings& t = memory.params.timing;
    constexpr uint64_t kOutstanding = 32;
    std::vector<TraceRequest> trace;
    for (uint64_t i = 0; i < 4000; ++i) trace.push_back({i * g.burst_bytes(), false, 0});
    const uint64_t at_a_time = uint64_t{g.bank_groups} * memory.params.controller.bank_queue;
    const uint64_t times = (kOutstanding + at_a_time - 1) / at_a_time;
    const uint64_t columns = times * (kOutstanding + memory.passes());
    const uint64_t bound = columns * std::max(g.burst_cycles, t.tccd_l) + t.tras + t.trp + t.trfc +
                           t.trcd_rd + t.cl + g.burst_cycles;
    const TraceResult result = play_trace(memory.params, trace, kOutstanding);
    CHECK(result.total.read_latency.max() <= bound);
  }
}

TEST_CASE("a read of a bank is passed by so many hits of another bank of its group, and no more") {
  for (const Memory& memory : memories()) {
    INFO(memory.name);
    const uint32_t group = memory.params.geometry.banks;
    const auto make = [&](uint32_t i) {
      // Every bank group's first bank is read without end; now and then a read of the first group's last
      // bank.
      if (i % 997 == 500) return Burst{false, group - 1, 5};
      return Burst{false, i * group % memory.banks(), 5};
    };
    const uint64_t bound =
        memory.params.controller.read_queue + memory.places() + memory.passes() + memory.in_a_row_change();
    CHECK(most_columns_passed(memory, 20000, make) <= bound);
  }
}

TEST_CASE("a read of another row is passed by so many hits, and no more") {
  for (const Memory& memory : memories()) {
    INFO(memory.name);
    const auto make = [&](uint32_t i) { return Burst{false, 0, i % 997 == 500 ? 6u : 5u}; };
    const uint64_t bound =
        memory.params.controller.read_queue + memory.places() + memory.passes() + memory.in_a_row_change();
    CHECK(most_columns_passed(memory, 20000, make) <= bound);
  }
}

TEST_CASE("three batches of writes pass a read that waits for its bank, and no more") {
  for (const Memory& memory : memories()) {
    INFO(memory.name);
    std::mt19937 random(3);
    const auto make = [&](uint32_t i) {
      if (i % 997 == 500) return Burst{false, 0, 5};
      const auto any = static_cast<uint32_t>(random());
      return Burst{true, 1 + any % (memory.banks() - 1), any >> 20};
    };
    const uint64_t bound = 3 * memory.params.controller.write_queue + memory.places() + memory.passes() +
                           memory.in_a_row_change();
    CHECK(most_columns_passed(memory, 30000, make) <= bound);
  }
}

/// Before a read there may be: what its bank holds, the reads in the queue, and three batches of writes, all
/// for its bank. What a bank holds at one time is through when as many have gone out as the banks hold and as
/// may pass the last of it, and as fit into its row changes.
TEST_CASE("under random traffic no read waits for more than can come before it") {
  for (const Memory& memory : memories()) {
    const DramController& c = memory.params.controller;
    const uint64_t before = c.bank_queue + c.read_queue + 3 * c.write_queue;
    const uint64_t each_time = memory.places() + memory.passes() + c.bank_queue * memory.in_a_row_change();
    const uint64_t bound = (before + c.bank_queue - 1) / c.bank_queue * each_time;
    for (const uint32_t reads_in_100 : {1, 30, 70, 100}) {
      for (const uint32_t banks : {1u, 2u, memory.banks()}) {
        INFO(memory.name << ", " << reads_in_100 << " % reads, " << banks << " banks");
        std::mt19937 random(reads_in_100 + banks);
        const auto make = [&](uint32_t) {
          const auto any = static_cast<uint32_t>(random());
          return Burst{any % 100 >= reads_in_100, (any >> 8) % banks, (any >> 20) % 4};
        };
        CHECK(most_columns_passed(memory, 10000, make) <= bound);
      }
    }
  }
}

TEST_CASE("a read that comes as a refresh begins waits until it is over, to the cycle") {
  for (const Memory& memory : memories()) {
    INFO(memory.name);
    const DramTimings& t = memory.params.timing;
    const uint32_t ranks = memory.params.geometry.ranks, burst = memory.params.geometry.burst_cycles;
    const bool single = memory.params.controller.refresh == DramRefresh::per_bank;
    const Cycle due = (single ? *t.trefi_pb : t.trefi) / ranks, lasts = single ? *t.trfc_pb : t.trfc;
    // Nothing is open when it falls due, so that it begins at once; the first takes bank 0.
    const Cycle data = due + lasts + t.trcd_rd + t.cl + burst;
    const TraceResult result = play_trace(memory.params, {{0, false, due}}, 0);
    CHECK(result.cycles == data);
    CHECK(result.total.refreshes == result.cycles / due);
    CHECK(result.total.read_latency.max() == data - (due + 1));
    // A bank that the refresh leaves alone answers as if there were none.
    if (!single) continue;
    BankedParams other = memory.params;
    other.address_map = "rorachcobgba";
    const TraceResult beside = play_trace(other, {{other.geometry.burst_bytes(), false, due}}, 0);
    CHECK(beside.cycles == due + 2 + t.trcd_rd + t.cl + burst);
  }
}

}  // namespace systole
