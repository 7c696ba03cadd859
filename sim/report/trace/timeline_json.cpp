#include "sim/report/trace/timeline_json.h"

#include <fmt/format.h>

#include "models/compute/dataflow/traits.h"
#include "models/stats.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kProcess = 1, kLayerThread = 1, kFirstThread = 1000, kThreadsPerTrack = 1000;

int thread_of(Track track, uint32_t lane) {
  return kFirstThread + static_cast<int>(track) * kThreadsPerTrack + static_cast<int>(lane);
}

Json event(const char* phase, const std::string& name, Cycle at) {
  return {{"ph", phase}, {"name", name}, {"pid", kProcess}, {"ts", at}};
}

const char* unit_name(Unit unit) {
  constexpr std::array<const char*, kUnitCount> kNames = {"load", "store", "MatMul", "vector"};
  return kNames[static_cast<int>(unit)];
}

/// "load weight", "MatMul", "issue store".
std::string name_of(const Operation& operation) {
  std::string name = kOperationNames[static_cast<int>(operation.kind)];
  switch (operation.kind) {
    case OperationKind::load:
    case OperationKind::copy:
    case OperationKind::store:
    case OperationKind::dram_read:
    case OperationKind::dram_write:
    case OperationKind::results:
      return name + " " + kTensorNames[static_cast<int>(operation.tensor)];
    case OperationKind::issue:
      return name + " " + unit_name(operation.unit);
    default:
      return name;
  }
}

Json arguments_of(const TracedLayer& layer, const Operation& operation) {
  const TileTag& tile = operation.tile;
  Json arguments = {{"layer", layer.name}};
  const bool is_staged = tile.stage < layer.stages.size();
  if (is_staged) arguments["stage"] = layer.stages[tile.stage];
  arguments["tile"] = {{"group", tile.group}, {"m", tile.m}, {"n", tile.n}, {"k", tile.k}};
  if (operation.kind == OperationKind::barrier) return arguments;
  arguments["tensor"] = kTensorNames[static_cast<int>(operation.tensor)];
  switch (operation.kind) {
    case OperationKind::matmul:
      arguments["dataflow"] = traits_of(operation.dataflow).name;
      arguments["m"] = operation.shape[0];
      arguments["n"] = operation.shape[1];
      arguments["k"] = operation.shape[2];
      arguments["macs"] = operation.work;
      break;
    case OperationKind::lane_program:
      arguments["items"] = operation.work;
      break;
    case OperationKind::results:
    case OperationKind::issue:
      break;
    default:
      arguments["bytes"] = operation.bytes;
  }
  return arguments;
}

double share(uint64_t part, uint64_t whole) {
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Json layer_event(const TracedLayer& layer, const TimelinePart& part, Cycle offset,
                 const AcceleratorParams& arch) {
  Json json = event("X", layer.name, offset);
  json["dur"] = part.cycles;
  json["tid"] = kLayerThread;
  json["args"] = {{"algorithm", layer.algorithm},
                  {"cycles", part.cycles},
                  {"seconds", static_cast<double>(part.cycles) / (static_cast<double>(arch.clock_khz) * 1e3)},
                  {"begin", part.begin},
                  {"end", part.end},
                  {"operations_end", part.kept_end}};
  return json;
}

Json operation_event(const TracedLayer& layer, const Operation& operation, Cycle offset) {
  Json json = event("X", name_of(operation), offset + operation.at);
  json["dur"] = operation.end - operation.at;
  json["tid"] = thread_of(operation.track, operation.lane);
  json["args"] = arguments_of(layer, operation);
  return json;
}

std::vector<Json> counter_events(const CounterBin& bin, uint64_t cycles, Cycle at, const TracedRun& run,
                                 uint64_t macs_per_cycle) {
  const auto counter = [at](const char* name, Json values) {
    Json json = event("C", name, at);
    json["args"] = std::move(values);
    return json;
  };
  const double clock_khz = static_cast<double>(run.arch.clock_khz), length = static_cast<double>(cycles);
  const auto gbps = [&](uint64_t bytes) { return static_cast<double>(bytes) * clock_khz / 1e6 / length; };
  const auto average = [&](uint64_t sum) { return static_cast<double>(sum) / length; };
  Json array = {{"utilization", share(bin.macs, cycles * macs_per_cycle)}};
  for (std::size_t a = 0; a < bin.array.size(); ++a) array[kActivityNames[a]] = share(bin.array[a], cycles);
  std::vector<Json> events = {
      counter("DRAM bandwidth (GB/s)", {{"read", gbps(bin.dram_read)}, {"write", gbps(bin.dram_write)}}),
      counter("PE array (%)", array),
      counter("buffers (bytes)", {{"input", average(bin.buffers[0])},
                                  {"weight", average(bin.buffers[1])},
                                  {"output", average(bin.buffers[2])}})};
  if (run.energy_unit == EnergyUnit::pj) {
    events.push_back(counter("power (W)", {{"total", bin.energy * clock_khz / 1e9 / length}}));
  }
  return events;
}

std::vector<Json> name_events(const TracedRun& run, const std::array<uint32_t, kTrackCount>& lanes) {
  std::vector<Json> events;
  const auto name = [&](const char* what, int thread, const std::string& text) {
    events.push_back(
        {{"ph", "M"}, {"name", what}, {"pid", kProcess}, {"tid", thread}, {"args", {{"name", text}}}});
  };
  name("process_name", kLayerThread, run.name);
  name("thread_name", kLayerThread, "layers");
  for (int t = 0; t < kTrackCount; ++t) {
    for (uint32_t lane = 0; lane < lanes[t]; ++lane) {
      name("thread_name", thread_of(static_cast<Track>(t), lane),
           lane == 0 ? kTrackNames[t] : fmt::format("{} ({})", kTrackNames[t], lane + 1));
    }
  }
  return events;
}

}  // namespace systole
