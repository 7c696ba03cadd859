#include <catch2/catch.hpp>

#include "activations.h"
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

TEST_CASE("Units that a layer uses have a bound each, by hand", "[mapping]") {
  AcceleratorParams arch;  // 16 lanes, bursts of 64 bytes
  Layer layer = gemm_layer({1, 64, 64, 64, false, false});
  CHECK(lower_bounds(make_problem(layer), arch, Dataflow::output_stationary, Residency::dram).vector_cycles ==
        0);
  layer.activation = relu();
  const Bounds b = lower_bounds(make_problem(layer), arch, Dataflow::output_stationary, Residency::dram);
  CHECK(b.vector_cycles == 64 * 64 / 16);
  CHECK(b.dma_cycles == 2 * 64 * 64 * 4 / 64);  // the reads: twice the writes
  arch.dram.kind = DramKind::ideal;
  const Bounds ideal = lower_bounds(make_problem(layer), arch, Dataflow::output_stationary, Residency::dram);
  CHECK(ideal.dram_cycles == 0);
  CHECK(ideal.dma_cycles == b.dma_cycles);
  CHECK(bounds_text({64, 0, 320, 21, 0}) == "compute 64 cycles, DRAM 320, DMA 21");
  CHECK(bound_line({64, 0, 320, 21, 0}) == "bound by DRAM: at least 320 cycles, however it is mapped");
}

TEST_CASE("Each stage has bounds of its own, by hand", "[mapping]") {
  ConvShape s;  // the lectures' example: 2 x 2 on 3 x 3
  s.C = s.M = 1, s.H = s.W = 3, s.R = s.S = 2;
  const Layer layer = conv_layer(s);
  AcceleratorParams arch = small_machine(2, 2, {}, 1024);
  arch.vector_unit.lanes = 2;
  arch.dram.bandwidth_num = 8, arch.dram.bandwidth_den = 1;  // 8 bytes a cycle
  const LayerBounds bounds =
      find_algorithm("explicit_gemm")->lower({layer, arch, Dataflow::output_stationary}).bounds;
  REQUIRE(bounds.stages.size() == 2);
  const Bounds& gather = bounds.stages[0].bounds;
  CHECK(gather.compute_cycles == 0);
  CHECK(gather.vector_cycles == 4 / 2 * 4);          // four windows, two lanes, four taps each
  CHECK(gather.dram_cycles == (9 + 4 * 4) * 4 / 8);  // the image once, the matrix
  CHECK(gather.dma_cycles == 4 * 4 * 4 / 64);
  const Bounds& product = bounds.stages[1].bounds;
  CHECK(product.compute_cycles == 4 * 4 / 4);
  CHECK(product.dram_cycles == (4 * 4 + 4 + 4) * 4 / 8);
  CHECK(bounds.whole.vector_cycles == 8);
  CHECK(bounds.whole.compute_cycles == 4);
  CHECK(bounds.whole.dram_cycles == (9 + 4 + 4) * 4 / 8);  // the layer's own tensors
  CHECK(bounds.least_cycles == 12 + 12);
  CHECK(label_of(bounds, {100, 50}).stage == &bounds.stages[0]);
  CHECK(label_of(bounds, {100, 50}).kind->key == std::string("dram"));
  CHECK(label_of(bounds, {50, 100}).stage == &bounds.stages[1]);
}

TEST_CASE("The compulsory traffic leaves out what no window touches", "[mapping]") {
  ConvShape s;
  s.C = 4, s.M = 2, s.H = s.W = 9;
  s.stride = {2, 4};
  const Problem p = make_problem(conv_layer(s));  // 5 x 3 outputs of single pixels
  CHECK(compulsory_traffic(p).total() == (5 * 3 * 4 + 2 * 4 + 5 * 3 * 2) * 4);
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
      CHECK(m.dram_read_bytes + m.dram_write_bytes >= compulsory_traffic(make_problem(layer)).total());
    }
  }
}
