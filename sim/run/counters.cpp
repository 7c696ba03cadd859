#include "sim/run/counters.h"

#include <stdexcept>

namespace systole {
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

Json counts_of(const BankCounts& s) {
  const auto& [hits, misses, conflicts, activates] = s;
  return {{"hits", hits}, {"misses", misses}, {"conflicts", conflicts}, {"activates", activates}};
}

Json counts_of(const ChannelStats& s) {
  const auto& [reads, writes, forwarded, merged, activates, precharges, refreshes, turnarounds, last_data,
               queued_read_cycles, queued_write_cycles, active_rank_cycles, idle_rank_cycles, bus,
               read_latency, banks] = s;
  Json by_bank = Json::array();
  for (const BankCounts& bank : banks) by_bank.push_back(counts_of(bank));
  return {{"reads", reads},
          {"writes", writes},
          {"forwarded", forwarded},
          {"merged", merged},
          {"activates", activates},
          {"precharges", precharges},
          {"refreshes", refreshes},
          {"turnarounds", turnarounds},
          {"last_data", last_data},
          {"queued", {queued_read_cycles, queued_write_cycles}},
          {"ranks", {active_rank_cycles, idle_rank_cycles}},
          {"bus", {bus.data, bus.no_request, bus.timing, bus.refresh}},
          {"latency", {read_latency.bins(), read_latency.max(), read_latency.average()}},
          {"banks", std::move(by_bank)}};
}

Json work_of(const VectorStats& s) {
  return {{"multiplies", s.multiplies}, {"adds", s.adds}, {"shifts", s.shifts}, {"other", s.other}};
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
                    {"dram", counts_of(s.dram.total)},
                    {"input_conflict", s.buffers[0].conflict_cycles},
                    {"weight_conflict", s.buffers[1].conflict_cycles},
                    {"output_conflict", s.buffers[2].conflict_cycles}};
  for (const ChannelStats& channel : s.dram.channels) json["channels"].push_back(counts_of(channel));
  Json flat = json;  // but for the DRAM, whose counters depend on its model, and barriers, of the program
  flat.erase("dram");
  flat.erase("channels");
  flat["cycles"].erase("dram");
  flat["cycles"].erase("barriers");
  if (flat.flatten().size() * sizeof(uint64_t) !=
      sizeof(MachineStats) - sizeof(DramStats) - sizeof s.barriers) {
    throw std::logic_error("MachineStats has a counter that is not spelled here");
  }
  return json;
}

}  // namespace systole
