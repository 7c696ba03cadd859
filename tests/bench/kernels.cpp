// What simulation spends its time in, each on its own: for scripts/bench --kernels.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "models/memory/dram/banked/trace_player.h"
#include "models/number/sum/arithmetic.h"
#include "sim/config/config.h"
#include "sim/config/override.h"
#include "sim/lowering/tiled.h"
#include "sim/mapping/tiler.h"

namespace systole {
namespace {

void count_macs(benchmark::State& state, uint64_t macs) {
  state.counters["MAC/s"] =
      benchmark::Counter(static_cast<double>(macs), benchmark::Counter::kIsIterationInvariantRate);
}

/// A MatMul of 64 rows and 256 elements of k on 128 lanes, output-stationary.
void block(benchmark::State& state, Format format, uint32_t depth) {
  constexpr uint64_t kRows = 64, kElements = 256, kPanels = 8;
  std::vector<Lane> x(kRows * kElements), y(kPanels * kElements * kBlockLanes),
      sums(kRows * kPanels * kBlockLanes);
  BlockArgs args;
  args.rows = kRows;
  args.group_steps = args.sum_steps = kElements / depth;
  args.depth = depth;
  args.panels = kPanels;
  args.dst = sums.data();
  args.x = x.data();
  args.y = y.data();
  args.dst_stride = kPanels * kBlockLanes;
  args.x_row_stride = kElements;
  args.y_panel_stride = kElements * kBlockLanes;
  const BlockKernel kernel =
      arithmetic_of(SumRule::pairwise, {format, format, wide_format(traits_of(format).lane)})
          .block(depth, host_vectors());
  for (auto _ : state) {
    kernel(args);
    benchmark::ClobberMemory();
  }
  count_macs(state, kRows * kElements * kPanels * kBlockLanes);
}

/// A cycle of an array of `side` x `side` PEs, as --exact-step takes it. The operands of each PE are its own.
void step(benchmark::State& state, Format format, bool systolic, uint32_t depth, uint32_t side) {
  const std::size_t plane = std::size_t{side} * depth;
  std::vector<Lane> x(side * plane + side), y(side * plane), sums(std::size_t{side} * side);
  StepArgs args;
  args.rows = side;
  args.depth = depth;
  args.width = side;
  args.dst = sums.data();
  args.x = x.data();
  args.y = y.data();
  args.dst_row = side;
  args.x_row = static_cast<std::ptrdiff_t>(systolic ? plane : depth);
  args.y_row = static_cast<std::ptrdiff_t>(plane);
  args.dst_stride = args.x_stride = args.y_stride = side;
  const StepKernel kernel =
      arithmetic_of(SumRule::pairwise, {format, format, wide_format(traits_of(format).lane)})
          .step(systolic, depth);
  for (auto _ : state) {
    kernel(args);
    benchmark::ClobberMemory();
  }
  count_macs(state, uint64_t{side} * side * depth);
}

/// Operands on their way from a buffer into lanes, side by side.
void load_run(benchmark::State& state, Format format) {
  constexpr std::size_t kCount = 4096;
  const std::vector<uint8_t> memory(kCount * sizeof(Lane));
  std::vector<Lane> lanes(kCount);
  for (auto _ : state) {
    traits_of(format).load_run(memory.data(), 0, traits_of(format).bits, kCount, lanes.data(), 1);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kCount));
}

/// A memory's channels alone, bursts one after the other in address.
void dram(benchmark::State& state, const std::string& preset, bool write) {
  const BankedParams params = load_dram(preset, {}).banked;
  std::vector<TraceRequest> trace;
  for (uint64_t burst = 0; burst < 10'000; ++burst) {
    trace.push_back({burst * params.geometry.burst_bytes(), write, 0});
  }
  for (auto _ : state) benchmark::DoNotOptimize(play_trace(params, trace, 0).cycles);
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * trace.size()));
}

/// The search for the mapping of ResNet-50's layer conv4_1_b.
void mapping(benchmark::State& state, const std::string& arch) {
  const ArchConfig config = load_arch(arch, {});
  const WorkloadConfig workload = load_workload("resnet50");
  const Layer* layer = nullptr;
  for (const Layer& one : workload.layers) {
    if (one.name == "conv4_1_b") layer = &one;
  }
  const LoweringRequest request{*layer, config.params, config.params.pe_array.dataflow, config.residency};
  const TileContext context = tile_context(request, Indexing::loops);
  for (auto _ : state) benchmark::DoNotOptimize(choose_mapping(context, layer->mapping).steps);
}

void add_all() {
  const auto add = [](const std::string& name, const auto& run) {
    benchmark::RegisterBenchmark(name.c_str(), run);
  };
  for (const Format format : formats()) {
    const std::string of = std::string("/") + traits_of(format).name;
    for (const uint32_t depth : {1u, 4u, 3u}) {
      add("block/mma.k=" + std::to_string(depth) + of,
          [=](benchmark::State& state) { block(state, format, depth); });
    }
    for (const bool systolic : {true, false}) {
      for (const uint32_t depth : {1u, 4u}) {
        add(std::string(systolic ? "step/systolic" : "step/broadcast") + "/mma.k=" + std::to_string(depth) +
                of,
            [=](benchmark::State& state) { step(state, format, systolic, depth, 32); });
      }
    }
    add("load_run" + of, [=](benchmark::State& state) { load_run(state, format); });
  }
  for (const char* preset : {"lpddr4_3200", "ddr4_3200", "hbm2"}) {
    for (const bool write : {false, true}) {
      add(std::string("dram/") + preset + (write ? "/write" : "/read"),
          [=](benchmark::State& state) { dram(state, preset, write); });
    }
  }
  for (const char* arch : {"edge_16x16", "systolic_32x32", "tensor_core_16x16"}) {
    add(std::string("mapping/") + arch, [=](benchmark::State& state) { mapping(state, arch); });
  }
}

}  // namespace
}  // namespace systole

int main(int argc, char** argv) {
  systole::add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
