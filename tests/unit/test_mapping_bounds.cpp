#include <catch2/catch.hpp>

#include "lowering_case.h"
#include "sim/mapping/bounds.h"
#include "sim/mapping/traffic.h"

using namespace systole;
using namespace systole::test;

TEST_CASE("Lower bounds of a gemm, by hand", "[mapping]") {
  AcceleratorParams arch;  // 16 x 16, 12.8 bytes a cycle, 16 banks of 8 bytes
  const Problem p = make_problem(gemm_layer({1, 64, 64, 64, false, false}));
  const Bounds b = lower_bounds(p, arch, Dataflow::output_stationary, Residency::dram);
  CHECK(b.compute_cycles == 64 * 64 * 64 / 256);
  CHECK(b.dram_cycles == 3 * 64 * 64 * 4 * 5 / 64);
  // Each operand crosses the array four times: 4 * 4096 elements, 32 a cycle.
  CHECK(b.sram_cycles == 4 * 4096 / 32);
  const Bounds w = lower_bounds(p, arch, Dataflow::weight_stationary, Residency::sram);
  CHECK(w.dram_cycles == 0);
  CHECK(w.sram_cycles == 4 * 4096 / 32);  // the input still streams once for each 16 of gemm.n
}

TEST_CASE("The compulsory traffic leaves out what no window touches", "[mapping]") {
  ConvShape s;
  s.C = 4, s.M = 2, s.H = s.W = 9;
  s.stride = {2, 4};
  const Problem p = make_problem(conv_layer(s));  // 5 x 3 outputs of single pixels
  CHECK(compulsory_bytes(p) == (5 * 3 * 4 + 2 * 4 + 5 * 3 * 2) * 4);
}

TEST_CASE("No mapping moves less than is compulsory", "[mapping]") {
  for (uint64_t size : {2048, 16384, 131072}) {
    for (uint32_t stride : {1, 2, 3}) {
      ConvShape s;
      s.N = 2, s.C = 6, s.M = 10, s.H = 13, s.W = 11, s.R = 2, s.S = 3;
      s.stride = {stride, 1};
      const Layer layer = conv_layer(s);
      AcceleratorParams arch = small_machine(4, 4, {}, size);
      const Mapping m = find_algorithm("direct")->lower({layer, arch, Dataflow::input_stationary}).mapping;
      CHECK(m.dram_read_bytes + m.dram_write_bytes >= compulsory_bytes(make_problem(layer)));
    }
  }
}
