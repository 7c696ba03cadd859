#include "tests/sim/layer_fixture.h"

#include <stdexcept>
#include <string_view>

#include "sim/config/energy.h"
#include "sim/run/simulate_layer.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

Json by_activity(const ActivityCycles& cycles) {
  Json json;
  for (int a = 0; a < kActivityCount; ++a) json[kActivityNames[a]] = cycles[a];
  return json;
}

Json by_tensor(const std::array<uint64_t, kTensorCount>& counts) {
  Json json;
  for (int t = 0; t < kTensorCount; ++t) json[kTensorNames[t]] = counts[t];
  return json;
}

Json work_of(const ArrayStats& s) {
  return {{"macs", s.macs},
          {"multiplies", s.multiplies},
          {"adds", s.adds},
          {"index_divmods", s.index_divmods},
          {"index_multiplies", s.index_multiplies},
          {"index_adds", s.index_adds},
          {"accumulator_accesses", s.accumulator_accesses}};
}

Json work_of(const BufferStats& s) {
  return {{"reads", s.reads},
          {"writes", s.writes},
          {"elements_read", s.elements_read},
          {"elements_written", s.elements_written},
          {"reads_by_tensor", by_tensor(s.reads_by_tensor)},
          {"writes_by_tensor", by_tensor(s.writes_by_tensor)}};
}

Json work_of(const DmaStats& s) {
  return {{"bytes", by_tensor(s.bytes)},
          {"bus_bytes", by_tensor(s.bus_bytes)},
          {"bursts", s.bursts},
          {"on_chip_bytes", s.on_chip_bytes}};
}

Json work_of(const DramStats& s) {
  return {{"read_bytes", s.read_bytes}, {"write_bytes", s.write_bytes}, {"bus_bytes", s.bus_bytes}};
}

Json cycles_of(const ChannelStats& s) {
  return {{"reads", s.reads},
          {"writes", s.writes},
          {"hits", s.hits()},
          {"misses", s.misses()},
          {"conflicts", s.conflicts()},
          {"activates", s.activates},
          {"precharges", s.precharges},
          {"refreshes", s.refreshes},
          {"turnarounds", s.turnarounds},
          {"last_data", s.last_data},
          {"queued", {s.queued_read_cycles, s.queued_write_cycles}},
          {"ranks", {s.active_rank_cycles, s.idle_rank_cycles}},
          {"bus", {s.bus.data, s.bus.no_request, s.bus.timing, s.bus.refresh}},
          {"latency", s.read_latency.bins()}};
}

Json work_of(const VectorStats& s) {
  return {{"multiplies", s.multiplies}, {"adds", s.adds}, {"shifts", s.shifts}, {"other", s.other}};
}

uint64_t hash_of(const uint8_t* bytes, uint64_t size) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes), size});
}

}  // namespace

Json work_counters(const MachineStats& s) {
  return {{"array", work_of(s.array)},
          {"input_buffer", work_of(s.buffers[0])},
          {"weight_buffer", work_of(s.buffers[1])},
          {"output_buffer", work_of(s.buffers[2])},
          {"load", work_of(s.load)},
          {"store", work_of(s.store)},
          {"dram", work_of(s.dram)},
          {"vector", work_of(s.vector)}};
}

Json all_counters(const MachineStats& s) {
  Json json = work_counters(s);
  json["cycles"] = {{"all", s.cycles},
                    {"barriers", s.barriers},
                    {"array", by_activity(s.array.cycles)},
                    {"load", by_activity(s.load.cycles)},
                    {"store", by_activity(s.store.cycles)},
                    {"vector", by_activity(s.vector.cycles)},
                    {"dram", cycles_of(s.dram.total)},
                    {"input_conflict", s.buffers[0].conflict_cycles},
                    {"weight_conflict", s.buffers[1].conflict_cycles},
                    {"output_conflict", s.buffers[2].conflict_cycles}};
  Json flat = json;  // but for the DRAM, whose counters depend on its model, and barriers, of the program
  flat.erase("dram");
  flat["cycles"].erase("dram");
  flat["cycles"].erase("barriers");
  if (flat.flatten().size() * sizeof(uint64_t) !=
      sizeof(MachineStats) - sizeof(DramStats) - sizeof s.barriers) {
    throw std::logic_error("MachineStats has a counter that this fixture does not spell");
  }
  return json;
}

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
