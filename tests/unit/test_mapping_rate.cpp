// What the tiler takes DRAM to deliver a core cycle: the least of what the bus, the requests in flight and an
// engine's one request a cycle allow. At 500 MHz a core cycle is 2 ns, at 2 GHz half a nanosecond.
#include <catch2/catch.hpp>

#include "sim/mapping/estimate.h"

namespace systole {
namespace {

AcceleratorParams machine(uint64_t clock_khz) {
  AcceleratorParams arch;
  arch.clock_khz = clock_khz;
  arch.dram.bandwidth_num = 64, arch.dram.bandwidth_den = 5;  // 12.8 bytes a nanosecond
  arch.dram.latency_ns = 0;
  return arch;
}

}  // namespace

TEST_CASE("DRAM's rate in core cycles: the bus", "[mapping]") {
  CHECK(bytes_per_cycle(machine(1'000'000)) == 12.8);
  CHECK(bytes_per_cycle(machine(500'000)) == 25.6);
  CHECK(bytes_per_cycle(machine(2'000'000)) == 6.4);
}

TEST_CASE("DRAM's rate in core cycles: requests in flight", "[mapping]") {
  AcceleratorParams arch = machine(500'000);
  arch.dma.burst_bytes = 64;
  arch.dma.outstanding = 4;
  arch.dram.latency_ns = 100;  // 256 bytes in 50 cycles
  CHECK(bytes_per_cycle(arch) == Approx(5.12));
  arch.dma.outstanding = 32;  // 40.96 a cycle are more than the bus has
  CHECK(bytes_per_cycle(arch) == 25.6);
}

TEST_CASE("DRAM's rate in core cycles: a request a cycle", "[mapping]") {
  AcceleratorParams arch = machine(500'000);
  arch.dma.burst_bytes = 16;
  CHECK(bytes_per_cycle(arch) == 16);
  arch.dram.kind = DramKind::ideal;
  arch.dram.latency_ns = 1000;  // of no account
  arch.dma.burst_bytes = 256;
  CHECK(bytes_per_cycle(arch) == 256);
}

}  // namespace systole
