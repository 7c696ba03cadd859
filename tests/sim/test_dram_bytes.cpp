// The DRAM's socket: bytes, order and protocol, under every preset and odd ratios of the clocks.
#include <catch2/catch.hpp>

#include "models/memory/dram/dram_socket.h"
#include "sim/config/config.h"
#include "tests/sim/protocol_checker.h"
#include "tests/sim/random_traffic.h"

namespace systole::test {
namespace {

constexpr uint64_t kBytes = 1 << 18;

/// A memory with a client of its own, on a clock of its own.
struct Bench {
  Bench(const std::string& name, uint64_t client_khz, uint64_t count)
      : client_clock((name + "_client_clock").c_str(), client_khz),
        params(load_dram(name, {})),
        dram_clock((name + "_dram_clock").c_str(), params.clock_khz),
        dram(params, dram_clock),
        socket((name + "_dram").c_str(), dram, bytes),
        checker((name + "_checker").c_str()),
        traffic((name + "_traffic").c_str(), client_clock, kBytes, count, 11) {
    traffic.socket.bind(checker.target);
    checker.initiator.bind(socket.socket);
  }
  void start() {
    client_clock.reset();
    dram_clock.reset();
    bytes.assign(kBytes, 0);
    dram.reset(kBytes);
    traffic.start();
  }

  ClockDomain client_clock;
  DramParams params;
  ClockDomain dram_clock;
  std::vector<uint8_t> bytes;
  Dram dram;
  DramSocket socket;
  ProtocolChecker checker;
  RandomTraffic traffic;
};

}  // namespace

TEST_CASE("a million random reads and writes never see a wrong byte under any preset") {
  constexpr uint64_t kCount = 1'000'000;
  const std::vector<uint64_t> clocks = {1'000'000, 333'333, 2'718'281, 700'000, 1'600'000};
  std::vector<std::unique_ptr<Bench>> benches;
  for (const std::string& name : shipped(Shipped::dram)) {
    benches.push_back(std::make_unique<Bench>(name, clocks[benches.size() % clocks.size()], kCount));
  }
  REQUIRE(benches.size() >= 9);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (const auto& bench : benches) bench->start();
  sc_core::sc_start();
  for (const auto& bench : benches) {
    INFO(bench->socket.name());
    CHECK(bench->traffic.answered() == kCount);
    CHECK(bench->traffic.wrong() == 0);
    CHECK(bench->checker.violations() == std::vector<std::string>{});
    CHECK(bench->checker.drained());
    CHECK(bench->dram.idle());
    CHECK(std::equal(bench->traffic.flat().begin(), bench->traffic.flat().end(), bench->bytes.begin()));
  }
}

TEST_CASE("posted writes leave the queues by themselves, and then nothing keeps the simulation alive") {
  Bench bench("lpddr4_3200", 1'000'000, 5);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  bench.start();
  sc_core::sc_start();
  CHECK(bench.dram.idle());
  CHECK(bench.checker.finished() == 5);
  const DramStats& stats = bench.dram.finish(bench.dram.drained_fs());
  CHECK(stats.total.reads + stats.total.writes > 0);
  CHECK(sc_core::sc_time_stamp() < sc_core::sc_time(5, sc_core::SC_US));
}

TEST_CASE("the debug path sees and sets the bytes without time") {
  Bench bench("hbm2", 1'000'000, 0);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  bench.start();
  std::vector<uint8_t> sent = {1, 2, 3}, got(3);
  tlm::tlm_generic_payload payload;
  payload.set_address(61);
  payload.set_data_length(3);
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_data_ptr(sent.data());
  CHECK(bench.traffic.socket->transport_dbg(payload) == 3);
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_data_ptr(got.data());
  CHECK(bench.traffic.socket->transport_dbg(payload) == 3);
  CHECK(got == sent);
  payload.set_address(kBytes - 2);
  CHECK(bench.traffic.socket->transport_dbg(payload) == 0);
}

TEST_CASE("byte enables hold for data longer than they are: they start anew") {
  Bench bench("ddr4_3200", 1'000'000, 0);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  bench.start();
  std::vector<uint8_t> data = {1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<uint8_t> enables = {TLM_BYTE_DISABLED, TLM_BYTE_ENABLED, TLM_BYTE_ENABLED};
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(64);
  payload.set_data_ptr(data.data());
  payload.set_data_length(8);
  payload.set_streaming_width(8);
  payload.set_byte_enable_ptr(enables.data());
  payload.set_byte_enable_length(3);
  sc_core::sc_time delay;
  bench.traffic.socket->b_transport(payload, delay);
  const uint8_t* stored = bench.bytes.data() + 64;
  CHECK(std::vector<uint8_t>(stored, stored + 8) == std::vector<uint8_t>{0, 2, 3, 0, 5, 6, 0, 8});
  payload.set_command(tlm::TLM_READ_COMMAND);
  std::fill(data.begin(), data.end(), uint8_t{9});
  enables = {TLM_BYTE_ENABLED, TLM_BYTE_DISABLED, TLM_BYTE_DISABLED};
  bench.traffic.socket->b_transport(payload, delay);
  CHECK(data == std::vector<uint8_t>{0, 9, 9, 0, 9, 9, 0, 9});
}

}  // namespace systole::test
