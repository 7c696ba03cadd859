#include <catch2/catch.hpp>

#include "sim/report/csv.h"
#include "sim/report/layer_result.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

const MachineRates kRates = {1000000, for_every_format<uint64_t>(16), EnergyUnit::pj};  // 1 GHz

/// 100 cycles, 800 MACs, 640 bytes on the bus, 5000 pJ.
LayerResult result_of(const Layer& layer) {
  LayerResult result{
      layer, "direct", Dataflow::output_stationary, {{}, LaneNumber::fp32}, 800, 96, {}, {}, {}, {}, {}};
  result.stats.cycles = 100;
  result.stats.array.cycles = {60, 10, 20, 5, 5};
  result.stats.array.macs = result.stats.array.multiplies = 800;
  result.stats.load.bytes[0] = 500, result.stats.load.bus_bytes[0] = 512;
  result.stats.store.bytes[3] = 128, result.stats.store.bus_bytes[3] = 128;
  result.stats.dram.bus_bytes = 640;
  result.bounds = bounds_of_one_pass({50, 0, 40, 0, 30});
  result.energy.at(Component::array, kComputePurpose) = 4000;
  result.energy.at(Component::dram, static_cast<int>(Tensor::input)) = 1000;
  return result;
}

Layer layer_named(const char* name, uint64_t repeat = 1) {
  Layer layer;
  layer.name = name;
  layer.repeat = repeat;
  layer.algorithm = "direct";
  return layer;
}

std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_CASE("a layer's entry has the documented keys in their order", "[report]") {
  const Layer layer = layer_named("a");
  const Json entry = to_json(result_of(layer), kRates);
  CHECK(keys_of(entry) == std::vector<std::string>{"name",
                                                   "type",
                                                   "repeat",
                                                   "algorithm",
                                                   "algorithm_asked",
                                                   "winner",
                                                   "dataflow",
                                                   "format",
                                                   "formats",
                                                   "inner_formats",
                                                   "cycles",
                                                   "seconds",
                                                   "macs",
                                                   "utilization",
                                                   "array_utilization",
                                                   "bounds",
                                                   "bound",
                                                   "stages",
                                                   "ops",
                                                   "pe_array",
                                                   "dram",
                                                   "sram",
                                                   "workspace_bytes",
                                                   "energy_pj",
                                                   "power_w",
                                                   "tops_per_w",
                                                   "edp",
                                                   "check",
                                                   "mapping"});
  CHECK(keys_of(entry["pe_array"]) ==
        std::vector<std::string>{"busy", "fill_drain", "wait_input", "wait_output", "idle"});
  CHECK(keys_of(entry["sram"]) == std::vector<std::string>{"input", "weight", "output"});
  CHECK(entry["type"] == "conv");
  CHECK(entry["dataflow"] == "output_stationary");
  CHECK(entry["cycles"].is_number_unsigned());
}

TEST_CASE("what bounds a layer is told with the stage that takes the longest", "[report]") {
  const Layer layer = layer_named("a");
  LayerResult result = result_of(layer);
  CHECK(to_json(result, kRates)["bound"] == Json{{"cycles", 50}, {"by", "compute"}, {"stage", nullptr}});
  CHECK(to_json(result, kRates)["stages"].empty());
  result.bounds.stages = {{"first", {1, 20, 3, 4, 5}}, {"second", {40, 1, 1, 1, 1}}};
  result.bounds.least_cycles = 60;
  result.stats.barriers = {70};
  const Json entry = to_json(result, kRates);
  CHECK(entry["bound"] == Json{{"cycles", 60}, {"by", "vector"}, {"stage", "first"}});
  CHECK(entry["stages"][0]["cycles"] == 70);
  CHECK(entry["stages"][1]["cycles"] == 30);
  CHECK(entry["stages"][1]["bounds"]["compute_cycles"] == 40);
}

TEST_CASE("rates follow from the counts", "[report]") {
  const Layer layer = layer_named("a");
  const Json entry = to_json(result_of(layer), kRates);
  CHECK(entry["seconds"] == 1e-7);
  CHECK(entry["utilization"] == 0.5);
  CHECK(entry["array_utilization"] == 0.5);
  CHECK(entry["dram"]["bandwidth_gbps"].get<double>() == Approx(6.4));
  CHECK(entry["power_w"].get<double>() == Approx(0.05));
  CHECK(entry["tops_per_w"].get<double>() == Approx(1600 / 5000.0));
  CHECK(entry["edp"].get<double>() == Approx(5e-9 * 1e-7));
  CHECK(entry["dram"]["burst_efficiency"].get<double>() == Approx(628.0 / 640));
  CHECK(entry["dram"]["row_hit_rate"].is_null());
}

TEST_CASE("a relative table has no watts", "[report]") {
  const Layer layer = layer_named("a");
  const Json entry = to_json(result_of(layer), {1000000, for_every_format<uint64_t>(16), EnergyUnit::mac});
  CHECK(entry["power_w"].is_null());
  CHECK(entry["tops_per_w"].is_null());
  CHECK(entry["edp"].is_null());
}

TEST_CASE("totals count a layer as often as it repeats", "[report]") {
  const Layer once = layer_named("once"), thrice = layer_named("thrice", 3);
  LayerResult with_rows = result_of(thrice);
  with_rows.stats.dram.total.banks = {{3, 0, 0, 0}, {0, 0, 1, 1}};
  const Json layers = {to_json(result_of(once), kRates), to_json(with_rows, kRates)};
  const Json totals = totals_of(layers, kRates);
  CHECK(totals["layers"] == 2);
  CHECK(totals["cycles"] == 400);
  CHECK(totals["macs"] == 3200);
  CHECK(totals["pe_array"]["busy"] == 240);
  CHECK(totals["bounds"]["dram_cycles"] == 160);
  CHECK(totals["dram"]["read_bytes"]["input"] == 2000);
  CHECK(totals["energy_pj"]["total"] == 20000.0);
  CHECK(totals["energy_pj"]["by_tensor"]["compute"] == 16000.0);
  CHECK(totals["seconds"] == 4e-7);
  CHECK(totals["utilization"] == 0.5);
  CHECK(totals["dram"]["bandwidth_gbps"].get<double>() == Approx(6.4));
  CHECK(totals["dram"]["row_hit_rate"] == 0.75);
}

TEST_CASE("totals are the winners'; a workspace is used again, not summed", "[report]") {
  const Layer once = layer_named("once"), thrice = layer_named("thrice", 3);
  LayerResult small = result_of(thrice);
  small.workspace_bytes = 32;
  Json loser = to_json(result_of(once), kRates);
  loser["winner"] = false;
  loser["workspace_bytes"] = 1000;
  const Json totals = totals_of({to_json(result_of(once), kRates), loser, to_json(small, kRates)}, kRates);
  CHECK(totals["layers"] == 2);
  CHECK(totals["cycles"] == 400);
  CHECK(totals["workspace_bytes"] == 96);
  CHECK(totals["check"]["layers"]["skipped"] == 3);
}

TEST_CASE("DRAM's channels, banks and latencies are lists, and totals add them place by place", "[report]") {
  const Layer once = layer_named("once"), twice = layer_named("twice", 2);
  LayerResult short_waits = result_of(once), long_waits = result_of(twice);
  ChannelStats channel;
  channel.reads = 3, channel.queued_read_cycles = 80, channel.bus = {24, 10, 5, 1};
  channel.banks = {{2, 1, 0, 1}, {0, 0, 0, 0}};
  channel.read_latency.add(2), channel.read_latency.add(2), channel.read_latency.add(5);
  short_waits.stats.dram.channels = {channel, {}};
  short_waits.stats.dram.total = channel;
  channel.read_latency.add(7);
  long_waits.stats.dram.channels = {channel, {}};
  long_waits.stats.dram.total = channel;
  const Json layers = {to_json(short_waits, kRates), to_json(long_waits, kRates)};
  const Json& dram = layers[0]["dram"];
  CHECK(dram["channels"]["bursts_read"] == Json({3, 0}));
  CHECK(dram["channels"]["bus_cycles"]["timing"] == Json({5, 0}));
  CHECK(dram["banks"]["row_hits"] == Json({2, 0}));
  CHECK(dram["read_latency"]["histogram"] == Json({0, 0, 2, 0, 0, 1}));
  CHECK(dram["read_latency"]["average"] == 3.0);
  CHECK(dram["queued_reads"] == 2.0);
  const Json totals = totals_of(layers, kRates)["dram"];
  CHECK(totals["channels"]["bursts_read"] == Json({9, 0}));
  CHECK(totals["read_latency"]["histogram"] == Json({0, 0, 6, 0, 0, 3, 0, 2}));
  CHECK(totals["read_latency"]["average"] == 41.0 / 11);
  CHECK(totals["queued_reads"] == 2.0);
}

TEST_CASE("one failed layer fails the run, one skipped one leaves it unchecked", "[report]") {
  const Layer layer = layer_named("a");
  LayerResult passed = result_of(layer), failed = result_of(layer);
  const LayerResult skipped = result_of(layer);
  passed.check.status = CheckStatus::pass;
  failed.check.status = CheckStatus::fail;
  const auto status = [](std::initializer_list<LayerResult> results) {
    Json layers = Json::array();
    for (const LayerResult& result : results) layers.push_back(to_json(result, kRates));
    return totals_of(layers, kRates)["check"]["status"];
  };
  CHECK(status({passed, passed}) == "pass");
  CHECK(status({passed, skipped}) == "skipped");
  CHECK(status({passed, failed, skipped}) == "fail");
}

TEST_CASE("an entry survives its text byte for byte", "[report]") {
  const Layer layer = layer_named("a");
  const std::string text = to_json(result_of(layer), kRates).dump();
  CHECK(Json::parse(text).dump() == text);
}

TEST_CASE("entries with other figures share a table", "[report]") {
  const Json layers = Json::parse(R"([{"name": "a", "dram": {"read": 1, "sum": 2}, "end": 3},
                                      {"name": "b", "dram": {"read": 4, "refresh": 5, "sum": 6}, "end": 7}, {"end": 8}])");
  CHECK(layers_csv(layers) == "name,dram.read,dram.refresh,dram.sum,end\na,1,,2,3\nb,4,5,6,7\n,,,,8\n");
  CHECK(layers_csv(Json::array()).empty());
}

TEST_CASE("CSV: a row a layer, a column a figure", "[report]") {
  const Json layers = {{{"name", "a,\"b\""}, {"n", {{"x", 1}, {"y", nullptr}}}, {"at", {1, 2}}, {"r", 0.1}},
                       {{"name", "c"}, {"n", {{"x", 2}, {"y", 3}}}, {"at", Json::array()}, {"r", 2.0}}};
  CHECK(layers_csv(layers) ==
        "name,n.x,n.y,at,r\n"
        "\"a,\"\"b\"\"\",1,,1 2,0.1\n"
        "c,2,3,,2.0\n");
}

}  // namespace systole
