// The tiler's estimate of a mapping's time is never below what no mapping can beat.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "activations.h"
#include "draw.h"
#include "lowering_case.h"
#include "sim/config/config.h"
#include "sim/lowering/stage/stage_bounds.h"
#include "sim/lowering/stage/staged_layer.h"
#include "sim/lowering/transform/fused_plan.h"
#include "sim/lowering/transform/winograd_stages.h"
#include "sim/mapping/bounds.h"
#include "sim/mapping/traffic.h"

using namespace systole;
using namespace systole::test;

namespace {

AcceleratorParams random_machine(Draw& draw) {
  AcceleratorParams arch =
      small_machine(draw.of({1U, 2U, 4U, 16U}), draw.of({1U, 3U, 8U, 16U}),
                    {draw.of({1U, 2U, 4U}), draw.of({1U, 3U, 4U}), draw.of({1U, 2U, 4U}), 1}, 0);
  arch.clock_khz = draw.of({133'333U, 700'000U, 1'000'000U, 1'370'000U});
  arch.pe_array.overlap = draw(0, 1) == 1;
  arch.accumulators.entries = draw.of({0U, 5U, 1024U});
  for (BufferParams& buffer : arch.buffers) {
    buffer.banks = draw.of({1U, 2U, 16U});
    buffer.ports = draw(1, 2);
    buffer.width_bits = draw.of({64U, 128U});
    buffer.slots = draw(1, 2);
    buffer.size = draw.of({4096U, 32768U, 262144U});
  }
  arch.vector_unit.lanes = draw(1, 40);
  arch.dma.outstanding = draw.of({1U, 32U, 512U});
  arch.dram.kind = draw.of({DramKind::fixed, DramKind::fixed, DramKind::ideal});
  arch.dram.latency_ns = draw.of({0.0, 7.3, 60.0});
  arch.dram.bandwidth_num = draw(1, 400);
  arch.dram.bandwidth_den = draw(1, 7);
  arch.dram.burst_bytes = draw.of({8U, 32U, 64U, 256U});
  arch.dma.burst_bytes = arch.dram.burst_bytes * draw.of({1U, 4U});
  return arch;
}

Layer random_layer(Draw& draw) {
  Layer layer;
  if (draw(0, 2) == 0) {
    layer =
        gemm_layer({draw(1, 2), draw(1, 200), draw(1, 700), draw(1, 900), draw(0, 1) == 1, draw(0, 1) == 1});
  } else {
    ConvShape s;
    s.N = draw(1, 2), s.G = draw.of({1U, 1U, 3U});
    s.C = s.G * draw(1, 40), s.M = s.G * draw(1, 40);
    s.R = draw(1, 4), s.S = draw(1, 3);
    s.stride = {draw(1, 2), draw(1, 3)};
    s.pad = {draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)};
    s.H = draw(s.R, 20), s.W = draw(s.S, 30);
    layer = conv_layer(s);
  }
  layer.format = draw.of({Format::fp32, Format::int8});
  layer.bias = draw(0, 1) == 1;
  layer.activation = relu(draw(0, 1) == 1);
  if (layer.format == Format::int8 && draw(0, 1) == 1) layer.scale = 0.003F;
  return layer;
}

uint64_t highest(const Bounds& b) { return std::max({b.compute_cycles, b.dram_cycles, b.sram_cycles}); }

}  // namespace

TEST_CASE("An estimate counts the runs that edge tiles cut short", "[mapping]") {
  Layer layer = gemm_layer({1, 1, 1, 4096, false, true});
  layer.format = Format::int8;
  layer.mapping.tile_k = 900;
  AcceleratorParams arch;
  const LoweringRequest request{layer, arch, Dataflow::weight_stationary};
  const TileContext context{make_problem(layer), arch, Dataflow::weight_stationary, std::nullopt,
                            Residency::dram};
  const Mapping mapping = find_algorithm("direct")->lower(request).mapping;
  REQUIRE(mapping.channels == 900);
  const Traffic traffic = traffic_of(context, make_plan(context, mapping), sum_windows(context.vertical, 1),
                                     sum_windows(context.horizontal, 1));
  // 4096 = 4 * 900 + 496; a run of 900 bytes takes 15 bursts of 64, one of 496 takes 8. The result takes one.
  CHECK(traffic.bus_bytes == (2 * (4 * 15 + 8) + 1) * 64);
}

TEST_CASE("The estimate of a huge fc is not below the bound of its bytes", "[mapping]") {
  ConvShape s;
  s.C = 4096, s.M = 128256;
  Layer layer = conv_layer(s);
  layer.type = LayerType::fc;
  layer.format = Format::int8;
  const AcceleratorParams arch = load_arch("tpu_like_128x128", {}).params;
  const Mapping m = find_algorithm("direct")->lower({layer, arch, Dataflow::weight_stationary}).mapping;
  const Bounds b = lower_bounds(make_problem(layer), arch, Dataflow::weight_stationary, Residency::dram);
  // 4096 + 4096 * 128256 + 4 * 128256 bytes, 34.1333 a nanosecond at 0.7 GHz: 48.7619 a cycle.
  CHECK(b.dram_cycles == 10784105);
  CHECK(m.estimated_cycles >= b.dram_cycles);
}

TEST_CASE("No estimate is below a lower bound, machines and layers at random", "[mapping]") {
  Draw draw(12);
  int planned = 0, by_compute = 0, by_dram = 0, by_sram = 0;
  for (int i = 0; i < 1500; ++i) {
    const AcceleratorParams arch = random_machine(draw);
    const Layer layer = random_layer(draw);
    const Dataflow dataflow = dataflows()[draw(0, 2)].id;
    const Residency residency = draw.of({Residency::dram, Residency::dram, Residency::sram});
    const char* algorithm = draw.of({"direct", "implicit_gemm", "implicit_precomp_gemm"});
    const LoweringRequest request{layer, arch, dataflow, residency};
    if (!find_algorithm(algorithm)->declines(request).empty()) continue;
    Mapping mapping;
    try {
      mapping = find_algorithm(algorithm)->lower(request).mapping;
    } catch (const MappingError&) {
      continue;
    }
    const Bounds b = lower_bounds(make_problem(layer), arch, dataflow, residency);
    const std::string described = LoweringCase{layer, arch, dataflow, algorithm, residency}.describe();
    INFO(i << ": " << described);
    CHECK(mapping.estimated_cycles >= b.compute_cycles);
    CHECK(mapping.estimated_cycles >= b.dram_cycles);
    CHECK(mapping.estimated_cycles >= b.sram_cycles);
    ++planned;
    by_compute += highest(b) == b.compute_cycles;
    by_dram += highest(b) == b.dram_cycles;
    by_sram += highest(b) == b.sram_cycles;
  }
  CHECK(planned > 700);  // and each bound is the highest of some
  CHECK(by_compute > 50);
  CHECK(by_dram > 50);
  CHECK(by_sram > 50);
}

TEST_CASE("No estimate of a fused Winograd is below a lower bound", "[mapping]") {
  Draw draw(13);
  int planned = 0, by_dram = 0;
  for (int i = 0; i < 400; ++i) {
    AcceleratorParams arch = random_machine(draw);
    for (BufferParams& buffer : arch.buffers) buffer.size = 1 << 18;
    ConvShape s;
    s.C = draw(1, 40), s.M = draw(1, 40), s.N = draw(1, 2), s.R = s.S = 3;
    s.H = draw(3, 20), s.W = draw(3, 20);
    s.pad = {draw(0, 1), draw(0, 1), draw(0, 1), draw(0, 1)};
    Layer layer = conv_layer(s);
    layer.bias = draw(0, 1) == 1;
    layer.transform.pretransformed = draw(0, 1) == 1;
    const LoweringRequest request{layer, arch, dataflows()[draw(0, 2)].id};
    StagedLayer staged(request);
    const WinogradStages stages(request, staged, draw.of({2U, 4U}));
    try {
      const FusedPlan plan = plan_fused(request, staged.problem, stages);
      const Bounds b = stage_bounds(stages.product, arch, request.dataflow);
      const Bounds own = transfer_bounds(compulsory_traffic(staged.problem), arch);
      const std::string described = LoweringCase{layer, arch, request.dataflow, "winograd"}.describe();
      INFO(i << ": " << described);
      CHECK(plan.cycles >= b.compute_cycles);
      CHECK(plan.cycles >= own.dram_cycles);
      CHECK(plan.dram_bytes >= compulsory_traffic(staged.problem).total());
      ++planned;
      by_dram += own.dram_cycles > b.compute_cycles;
    } catch (const MappingError&) {
    }
  }
  CHECK(planned > 200);
  CHECK(by_dram > 50);
}
