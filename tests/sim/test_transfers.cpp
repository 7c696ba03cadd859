// DMA engines and DRAM alone: every byte where it belongs, every burst counted, times by hand.
#include <catch2/catch.hpp>

#include "models/control/burst.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

AcceleratorParams with_dram(DramKind kind) {
  AcceleratorParams p = roomy(2, 2);
  p.dram.kind = kind;
  return p;
}

Move random_box(std::mt19937& random, bool load) {
  Move move;
  const uint32_t bytes = 1 + static_cast<uint32_t>(random()) % 40;
  move.size = {1,
               1,
               1 + static_cast<uint32_t>(random()) % 3,
               1 + static_cast<uint32_t>(random()) % 4,
               1 + static_cast<uint32_t>(random()) % 5,
               bytes};
  BoxSide dram{Space::dram, random() % 1000, {}}, buffer{Space::input, random() % 1000, {}};
  int64_t dram_stride = bytes + random() % 90, buffer_stride = bytes + random() % 20;
  for (int d = kBoxRank - 2; d >= 0; --d) {
    dram.stride[d] = dram_stride;
    buffer.stride[d] = buffer_stride;
    dram_stride = dram_stride * move.size[d] + random() % 50;
    buffer_stride = buffer_stride * move.size[d] + random() % 9;
  }
  move.from = load ? dram : buffer;
  move.to = load ? buffer : dram;
  return move;
}

void copy_plain(const Move& move, const std::vector<uint8_t>& from, std::vector<uint8_t>& to) {
  std::array<uint32_t, kBoxRank - 1> i{};
  for (i[0] = 0; i[0] < move.size[0]; ++i[0])
    for (i[1] = 0; i[1] < move.size[1]; ++i[1])
      for (i[2] = 0; i[2] < move.size[2]; ++i[2])
        for (i[3] = 0; i[3] < move.size[3]; ++i[3])
          for (i[4] = 0; i[4] < move.size[4]; ++i[4]) {
            int64_t a = static_cast<int64_t>(move.from.base), b = static_cast<int64_t>(move.to.base);
            for (int d = 0; d < kBoxRank - 1; ++d) {
              a += i[d] * move.from.stride[d];
              b += i[d] * move.to.stride[d];
            }
            std::copy_n(from.begin() + a, move.size[5], to.begin() + b);
          }
}

uint64_t sum(const std::array<uint64_t, kTensorCount>& a) {
  uint64_t total = 0;
  for (uint64_t v : a) total += v;
  return total;
}

void check_boxes(DramKind kind, uint32_t dma_burst, uint32_t granule, uint32_t ports = 1) {
  constexpr uint64_t kBytes = 1 << 16;
  AcceleratorParams params = with_dram(kind);
  params.dma.burst_bytes = dma_burst;
  params.dma.outstanding = 5;
  params.dma.ports = ports;
  params.dram.burst_bytes = granule;
  Accelerator machine(params, stepping_under_test());
  std::mt19937 random(42);
  for (int round = 0; round < 200; ++round) {
    machine.reset(kBytes);
    const bool load = round % 2 == 0;
    const Move move = random_box(random, load);
    uint8_t* dram = machine.dram_bytes();
    uint8_t* buffer = machine.buffer_bytes(Space::input);
    for (uint64_t i = 0; i < kBytes; ++i)
      dram[i] = static_cast<uint8_t>(random()), buffer[i] = static_cast<uint8_t>(random());
    const std::vector<uint8_t> from(load ? dram : buffer, (load ? dram : buffer) + kBytes);
    std::vector<uint8_t> to(load ? buffer : dram, (load ? buffer : dram) + kBytes);
    copy_plain(move, from, to);
    ListSource program({load ? Instruction{{}, Load{move}} : Instruction{{}, Store{move}}});
    const MachineStats stats = machine.run(program);
    CHECK(std::memcmp(to.data(), load ? machine.buffer_bytes(Space::input) : machine.dram_bytes(), kBytes) ==
          0);
    const DmaStats& dma = load ? stats.load : stats.store;
    CHECK(sum(dma.bytes) == move.bytes());
    CHECK((load ? stats.dram.read_bytes : stats.dram.write_bytes) == move.bytes());
    CHECK(sum(dma.bus_bytes) == stats.dram.bus_bytes);
    CHECK(stats.dram.bus_bytes % granule == 0);
    CHECK((load ? stats.buffers[0].elements_written : stats.buffers[0].elements_read) <= move.bytes());
  }
}

}  // namespace

TEST_CASE("boxes move bit for bit: fixed DRAM with 64-byte bursts") { check_boxes(DramKind::fixed, 64, 64); }
TEST_CASE("boxes move bit for bit: requests of 256 bytes on bursts of 32") {
  check_boxes(DramKind::fixed, 256, 32);
}
TEST_CASE("boxes move bit for bit: ideal DRAM") { check_boxes(DramKind::ideal, 64, 64); }

TEST_CASE("boxes move bit for bit: engines of three ports") { check_boxes(DramKind::fixed, 64, 32, 3); }

TEST_CASE("every burst of a request carries a byte that is wanted") {
  std::mt19937 random(7);
  uint64_t longer = 0;
  for (int round = 0; round < 2000; ++round) {
    const bool load = round % 2 == 0;
    const uint32_t granule = 8U << random() % 4, burst_bytes = granule << random() % 6;
    const Move move = random_box(random, load);
    BoxWalker walker(move);
    Burst burst;
    burst.data.resize(burst_bytes);
    uint64_t bytes = 0;
    while (!walker.done()) {
      cut_burst(walker, load, burst_bytes, granule, burst);
      const uint32_t length = burst.length;
      std::vector<bool> wanted(length / granule, false);
      for (const Segment& segment : burst.segments) {
        for (uint32_t b = 0; b < segment.bytes; ++b) wanted[(segment.burst_offset + b) / granule] = true;
      }
      CHECK(std::count(wanted.begin(), wanted.end(), false) == 0);
      longer += length > granule;
      bytes += burst.useful_bytes;
    }
    CHECK(bytes == move.bytes());
  }
  CHECK(longer > 1000);
}

// 4 runs of 16 bytes, 128 bytes apart, on a bus of 32-byte bursts: each lies in a burst of its own with three
// unused ones behind it, so 4 requests of 32 bytes, however long a request may be. Runs 32 bytes apart fill
// 128 bytes.
TEST_CASE("bursts between the runs of a box are not asked for, by hand") {
  const auto bus_bytes = [](int64_t pitch) {
    Move move;
    move.size[4] = 4;
    move.size[5] = 16;
    move.from.stride[4] = pitch;
    move.to.space = Space::input;
    BoxWalker walker(move);
    Burst burst;
    burst.data.resize(1024);
    std::vector<uint32_t> lengths;
    while (!walker.done()) {
      cut_burst(walker, true, 1024, 32, burst);
      lengths.push_back(burst.length);
    }
    return lengths;
  };
  CHECK(bus_bytes(128) == std::vector<uint32_t>{32, 32, 32, 32});
  CHECK(bus_bytes(32) == std::vector<uint32_t>{128});
}

TEST_CASE("one burst takes the latency the parameters give, by hand") {
  AcceleratorParams params = with_dram(DramKind::fixed);
  params.clock_khz = 1'000'000;
  params.dram.clock_khz = 1'000'000;
  params.dram.latency_ns = 20;
  params.dram.bandwidth_num = 8;
  params.dram.bandwidth_den = 1;
  Accelerator machine(params, stepping_under_test());
  machine.reset(4096);
  Move move;
  move.size[5] = 64;
  move.to.space = Space::input;
  ListSource program({{{}, Load{move}}});
  const MachineStats stats = machine.run(program);
  // Cycle 0: issued. 1: the engine takes it and sends BEGIN_REQ. 2: the DRAM's next edge accepts; 20 ns
  // latency and 64 B at 8 B/ns end at 30, where BEGIN_RESP is sent. 31: the engine lands the burst. 32 cycles
  // in all.
  CHECK(stats.cycles == 32);
}

// A scalar PE sums 100 products; each step of k opens a word of the input's one bank, in the cycles 1 to 100.
//   0, 1, 2  issued: MatMul, a copy of a word within the input buffer, a load of 64 bytes of weights
//   2        the copy begins; the bank is the core's until 100
//   3        the load begins beside it: BEGIN_REQ, 4 accepted, through at 4 + 20 + 8 = 32, lands in 33
//   101      the copy reads its word, and so keeps its write from the bank; the last product was in 100, the
//   sum leaves: matmul_done 102      the copy writes its word: load_done goes up by two, in the order of the
//   program. 103 cycles in all
TEST_CASE("a copy that waits for a bank does not keep the load behind it from DRAM, by hand") {
  AcceleratorParams params = with_dram(DramKind::fixed);
  params.pe_array.rows = params.pe_array.cols = 1;
  params.buffers[0] = {1 << 16, 1, 1, 64, 1};
  params.clock_khz = params.dram.clock_khz = 1'000'000;
  params.dram.latency_ns = 20;
  params.dram.bandwidth_num = 8;
  params.dram.bandwidth_den = 1;
  for (Stepping stepping : {Stepping::block, Stepping::exact}) {
    const auto stats_of = [&] {
      Accelerator machine(params, stepping);
      machine.reset(4096);
      DenseGemm gemm({1, 1, 100});
      gemm.op.input.k[2].stride = gemm.op.weight.k[2].stride = 8 * 8;
      Move copy, load;
      copy.size[5] = 8;
      copy.from = {Space::input, 4096, {}};
      copy.to = {Space::input, 8192, {}};
      load.size[5] = 64;
      load.to = {Space::weight, 4096, {}};
      ListSource program({{{}, gemm.op}, {{}, Load{copy}}, {{}, Load{load}}});
      return all_counters(machine.run(program));
    };
    const nlohmann::ordered_json counters = in_child(stats_of);
    CHECK(counters["cycles"] == 103);
    CHECK(counters["sram"]["input"]["conflict_cycles"] ==
          100);  // the copy: its read in 2 to 100, its write in 101
    CHECK(counters["pe_array"]["cycles"]["wait_input"] == 0);
  }
}

// A request a cycle leaves each port while the memory's clock is the faster one, and one in two cycles where
// both are equal; what comes before the first and after the last is the same for any number of ports.
TEST_CASE("each port of an engine moves a burst a cycle, by hand") {
  constexpr uint64_t kBursts = 96;
  const auto cycles = [&](bool load, uint32_t ports, uint64_t dram_khz) {
    return in_child([&] {
             AcceleratorParams params = with_dram(DramKind::ideal);
             params.dma.ports = ports;
             params.dram.clock_khz = dram_khz;
             Accelerator machine(params, stepping_under_test());
             machine.reset(1 << 20);
             Move move;
             move.size[5] = kBursts * 64;
             (load ? move.to : move.from).space = Space::input;
             ListSource program({load ? Instruction{{}, Load{move}} : Instruction{{}, Store{move}}});
             return nlohmann::ordered_json(machine.run(program).cycles);
           })
        .get<uint64_t>();
  };
  for (const bool load : {true, false}) {
    for (const uint64_t khz : {1'600'000, 1'000'000}) {
      const uint64_t each = khz > 1'000'000 ? 1 : 2, one = cycles(load, 1, khz);
      INFO((load ? "load, " : "store, ") << khz << " kHz");
      CHECK(one >= each * kBursts);
      for (const uint32_t ports : {2U, 3U, 8U})
        CHECK(one - cycles(load, ports, khz) == each * (kBursts - kBursts / ports));
    }
  }
}

TEST_CASE("a stream reaches the bus's bandwidth, with no time lost over many bursts") {
  AcceleratorParams params = with_dram(DramKind::fixed);
  params.dram.bandwidth_num = 64;
  params.dram.bandwidth_den = 5;  // 12.8 bytes a nanosecond: 5 ns a burst
  Accelerator machine(params, stepping_under_test());
  machine.reset(1 << 20);
  Move move;
  move.size = {1, 1, 1, 1, 1, 1 << 19};
  move.to.space = Space::input;
  ListSource program({{{}, Load{move}}});
  const MachineStats stats = machine.run(program);
  const uint64_t bus_cycles = (1 << 19) / 64 * 5;
  CHECK(stats.cycles >= bus_cycles + 60);
  CHECK(stats.cycles <= bus_cycles + 60 + 5);
}

}  // namespace systole::test
