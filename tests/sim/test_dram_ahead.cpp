// A memory that one process steps together with its clients takes and answers requests ahead of their time,
// called directly. It must come to the same as one behind a TLM socket that is stepped to each of them.
#include <catch2/catch.hpp>

#include "models/control/direct_port.h"
#include "models/control/tlm_port.h"
#include "models/memory/dram/dram_socket.h"
#include "sim/config/config.h"
#include "sim/run/counters.h"
#include "tests/sim/port_traffic.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kBytes = 1 << 18, kCount = 10'000;

enum class Path {
  apart,     ///< over TLM, each clock with a process of its own
  over_tlm,  ///< over TLM, one process for both clocks
  direct     ///< by calls, one process for both clocks
};

/// A memory with two clients, each on a half of its own.
struct Bench {
  Bench(const std::string& name, const DramParams& params, uint64_t client_khz, Path path)
      : client_clock((name + "_client_clock").c_str(), client_khz),
        dram_clock((name + "_dram_clock").c_str(), params.clock_khz),
        dram(params, dram_clock),
        socket(path == Path::direct ? nullptr
                                    : std::make_unique<DramSocket>((name + "_dram").c_str(), dram, bytes)),
        ports{make_port(name + "_first_port"), make_port(name + "_second_port")},
        first((name + "_first").c_str(), client_clock, *ports[0], 0, kBytes, kCount, 11),
        second((name + "_second").c_str(), client_clock, *ports[1], kBytes, kBytes, kCount, 12) {
    if (path != Path::apart) dram_clock.run_with(client_clock);
  }
  std::unique_ptr<DramPort> make_port(const std::string& name) {
    const DmaParams params{48, PortTraffic::kLongest};
    if (!socket) return std::make_unique<DirectPort>(params, client_clock, dram);
    auto port = std::make_unique<TlmPort>(name.c_str(), params, client_clock);
    port->socket.bind(socket->socket);
    return port;
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
  std::unique_ptr<DramSocket> socket;
  std::array<std::unique_ptr<DramPort>, 2> ports;
  PortTraffic first, second;
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

/// All counters, those of each channel and bank among them.
Json counters(const DramStats& dram) {
  MachineStats stats;
  stats.dram = dram;
  return all_counters(stats);
}

}  // namespace

TEST_CASE("requests taken and answered ahead of time change no cycle and no figure") {
  std::vector<Case> cases;
  add_shipped(cases);
  add_limited(cases);
  std::vector<std::array<std::unique_ptr<Bench>, 3>> all;
  for (const Case& c : cases) {
    all.push_back({std::make_unique<Bench>(c.name + "_apart", c.params, c.client_khz, Path::apart),
                   std::make_unique<Bench>(c.name + "_tlm", c.params, c.client_khz, Path::over_tlm),
                   std::make_unique<Bench>(c.name + "_direct", c.params, c.client_khz, Path::direct)});
  }
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (const auto& benches : all) {
    for (const auto& bench : benches) bench->start();
  }
  sc_core::sc_start();
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(cases[i].name);
    Bench& apart = *all[i][0];
    const uint64_t end =
        std::max(apart.dram.drained_fs(), apart.client_clock.edge_fs(apart.client_clock.now()));
    const Json expected = counters(apart.dram.finish(end));
    for (const auto& bench : all[i]) {
      for (const ClockDomain* clock : {&bench->client_clock, &bench->dram_clock}) {
        if (clock->error() != nullptr) std::rethrow_exception(clock->error());
      }
      REQUIRE(bench->dram.idle());
      REQUIRE(bench->first.answered() == kCount);
      REQUIRE(bench->second.answered() == kCount);
      CHECK(bench->first.history() == apart.first.history());
      CHECK(bench->second.history() == apart.second.history());
      CHECK(bench->dram.drained_fs() == apart.dram.drained_fs());
      if (bench.get() == &apart) continue;
      CHECK(counters(bench->dram.finish(end)) == expected);
    }
  }
}

}  // namespace systole::test
