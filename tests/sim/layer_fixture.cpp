#include "tests/sim/layer_fixture.h"

#include <string_view>

#include "sim/config/energy.h"
#include "sim/run/counters.h"
#include "sim/run/simulate_layer.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

uint64_t hash_of(const uint8_t* bytes, uint64_t size) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes), size});
}

}  // namespace

AcceleratorParams machine(uint32_t rows, uint32_t cols, const MmaParams& mma, Interconnect interconnect,
                          bool overlap, const BufferParams& buffer) {
  AcceleratorParams params;
  params.pe_array.rows = rows;
  params.pe_array.cols = cols;
  params.pe_array.mma = mma;
  params.pe_array.interconnect = interconnect;
  params.pe_array.overlap = overlap;
  params.buffers.fill(buffer);
  params.vector_unit.lanes = 3;
  return params;
}

RunOptions options_for(const AcceleratorParams& params) {
  RunOptions options;
  options.arch.params = params;
  options.energy = load_energy_table("lecture", params);
  options.workload_path = "layers of a test";
  options.audit = true;
  return options;
}

std::string algorithm_for(Layer layer, const RunOptions& options, size_t first) {
  for (size_t i = 0; i < algorithms().size(); ++i) {
    layer.algorithm = algorithms()[(first + i) % algorithms().size()].name;
    try {
      plan_layer(options, layer);
      return layer.algorithm;
    } catch (const UserError&) {  // it declines the layer, or finds no room for its tiles
    }
  }
  return algorithms().front().name;
}

LayerRun run_layer(Accelerator& machine, const RunOptions& options, const Layer& layer) {
  PlannedLayer planned = plan_layer(options, layer);
  SimulatedLayer simulated = simulate_layer(machine, planned, options);
  LayerRun run{planned.lowered.mapping, simulated.stats, simulated.output, {}, {}, {}};
  for (int b = 0; b < kBufferCount; ++b) {
    run.memory[b] = hash_of(machine.buffer_bytes(static_cast<Space>(b)), options.arch.params.buffers[b].size);
  }
  run.memory[kBufferCount] = hash_of(machine.dram_bytes(), planned.lowered.layout.total_bytes);
  LayerReport report = report_layer(std::move(simulated), planned, options);
  run.results = std::move(report.results);
  run.failure = std::move(report.failure);
  return run;
}

Json record_of(const Layer& layer, const LayerRun& run) {
  return {{"layer", layer.name},
          {"counters", all_counters(run.stats)},
          {"output", run.output},
          {"memory", run.memory},
          {"failure", run.failure}};
}

}  // namespace systole::test
