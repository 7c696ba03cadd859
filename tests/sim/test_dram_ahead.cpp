// A memory that one process steps together with its clients takes and answers requests ahead of their time.
// It must come to the same as one that is stepped to each of them.
#include <catch2/catch.hpp>

#include "models/memory/dram/dram.h"
#include "sim/config/config.h"
#include "tests/sim/random_traffic.h"

namespace systole::test {
namespace {

constexpr uint64_t kBytes = 1 << 18, kCount = 10'000;

/// A memory with two clients, each on a half of its own.
struct Bench {
  Bench(const std::string& name, const DramParams& params, uint64_t client_khz, bool together)
      : client_clock((name + "_client_clock").c_str(), client_khz),
        dram_clock((name + "_dram_clock").c_str(), params.clock_khz),
        dram((name + "_dram").c_str(), params, dram_clock, bytes),
        first((name + "_first").c_str(), client_clock, kBytes, kCount, 11),
        second((name + "_second").c_str(), client_clock, kBytes, kCount, 12, kBytes) {
    first.socket.bind(dram.socket);
    second.socket.bind(dram.socket);
    if (together) dram_clock.run_with(client_clock);
  }
  void start() {
    client_clock.reset();
    dram_clock.reset();
    bytes.assign(2 * kBytes, 0);
    dram.reset(2 * kBytes);
    first.start();
    second.start();
  }

  ClockDomain client_clock, dram_clock;
  std::vector<uint8_t> bytes;
  Dram dram;
  RandomTraffic first, second;
};

struct Case {
  std::string name;
  DramParams params;
  uint64_t client_khz;
};

/// Every shipped memory; of those with banks also one with short queues, where requests are refused all the
/// time, and one whose writes come later than its reads.
void add_shipped(std::vector<Case>& all) {
  const std::vector<uint64_t> clocks = {1'000'000, 333'333, 2'718'281, 1'600'000};
  const auto add = [&](const std::string& name, const DramParams& params) {
    all.push_back({name, params, clocks[all.size() % clocks.size()]});
  };
  for (const std::string& name : shipped(Shipped::dram)) {
    DramParams params = load_dram(name, {});
    add(name, params);
    if (params.kind != DramKind::banked) continue;
    params.banked.controller.read_queue = params.banked.controller.write_queue = 4;
    params.banked.controller.write_low = 2;
    add(name + "_crowded", params);
    params.banked.controller.bank_queue = 2;
    params.banked.timing.cwl = params.banked.timing.cl + 16;
    add(name + "_late_writes", params);
  }
}

/// Memories that take fewer requests than their clients have, on clocks whose edges coincide and others.
void add_limited(std::vector<Case>& all) {
  for (const uint32_t outstanding : {2, 4, 7}) {
    for (const uint32_t latency_ns : {0, 3, 20}) {
      for (const uint64_t khz : {1'000'000, 500'000, 1'600'000}) {
        DramParams params;
        params.kind = DramKind::fixed;
        params.clock_khz = 1'000'000;
        params.latency_ns = latency_ns;
        params.bandwidth_num = 64;
        params.bandwidth_den = 1;
        params.max_outstanding = outstanding;
        all.push_back({"limited_" + std::to_string(all.size()), params, khz});
      }
    }
  }
}

void check_same(const ChannelStats& a, const ChannelStats& b) {
  CHECK(a.reads == b.reads);
  CHECK(a.writes == b.writes);
  CHECK(a.forwarded == b.forwarded);
  CHECK(a.merged == b.merged);
  CHECK(a.activates == b.activates);
  CHECK(a.precharges == b.precharges);
  CHECK(a.active_rank_cycles == b.active_rank_cycles);
  CHECK(a.idle_rank_cycles == b.idle_rank_cycles);
  CHECK(a.hits() == b.hits());
  CHECK(a.misses() == b.misses());
  CHECK(a.refreshes == b.refreshes);
  CHECK(a.turnarounds == b.turnarounds);
  CHECK(a.queued_read_cycles == b.queued_read_cycles);
  CHECK(a.queued_write_cycles == b.queued_write_cycles);
  CHECK(a.bus.data == b.bus.data);
  CHECK(a.bus.no_request == b.bus.no_request);
  CHECK(a.bus.timing == b.bus.timing);
  CHECK(a.bus.refresh == b.bus.refresh);
  CHECK(a.read_latency.bins() == b.read_latency.bins());
}

}  // namespace

TEST_CASE("requests taken and answered ahead of time change no cycle and no figure") {
  std::vector<Case> cases;
  add_shipped(cases);
  add_limited(cases);
  std::vector<std::array<std::unique_ptr<Bench>, 2>> pairs;
  for (const Case& c : cases) {
    pairs.push_back({std::make_unique<Bench>(c.name + "_apart", c.params, c.client_khz, false),
                     std::make_unique<Bench>(c.name + "_together", c.params, c.client_khz, true)});
  }
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (const auto& pair : pairs) {
    for (const auto& bench : pair) bench->start();
  }
  sc_core::sc_start();
  for (const auto& [apart, together] : pairs) {
    INFO(apart->dram.name());
    for (const auto& bench : {apart.get(), together.get()}) {
      for (const ClockDomain* clock : {&bench->client_clock, &bench->dram_clock}) {
        if (clock->error() != nullptr) std::rethrow_exception(clock->error());
      }
    }
    REQUIRE(apart->dram.idle());
    REQUIRE(together->dram.idle());
    CHECK(together->first.answered() == kCount);
    CHECK(together->first.wrong() + together->second.wrong() == 0);
    CHECK(together->first.history() == apart->first.history());
    CHECK(together->second.history() == apart->second.history());
    const uint64_t end =
        std::max(apart->dram.drained_fs(), apart->client_clock.edge_fs(apart->client_clock.now()));
    const DramStats &a = apart->dram.finish(end), &b = together->dram.finish(end);
    CHECK(together->dram.drained_fs() == apart->dram.drained_fs());
    CHECK(a.read_bytes == b.read_bytes);
    CHECK(a.write_bytes == b.write_bytes);
    REQUIRE(a.channels.size() == b.channels.size());
    for (std::size_t c = 0; c < a.channels.size(); ++c) check_same(a.channels[c], b.channels[c]);
  }
}

}  // namespace systole::test
