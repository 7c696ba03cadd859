// When things happen never changes what happens: neither the order in which units are built, nor stalls on
// links.
#include <catch2/catch.hpp>

#include "models/kernel/link_stalls.h"
#include "tests/sim/awkward_layers.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

AcceleratorParams small(Interconnect interconnect) {
  AcceleratorParams params;
  params.pe_array.rows = 4;
  params.pe_array.cols = 3;
  params.pe_array.interconnect = interconnect;
  params.accumulators.entries = 6;
  params.buffers.fill({2048, 4, 1, 64, 2});
  params.vector_unit.lanes = 2;
  return params;
}

/// Records of the layers on a machine of their own. Figures of time are kept apart from those of work.
Json run_all(const AcceleratorParams& params, BuildOrder order) {
  Accelerator machine(params, Stepping::block, order);
  const RunOptions options = options_for(params);
  Json records;
  for (const Layer& layer : varied_layers()) {
    const LayerRun run = run_layer(machine, options, layer);
    Json record = record_of(layer, run);
    record["work"] = work_counters(run.stats);
    records.push_back(record);
  }
  return records;
}

Json run_all_stalled(const AcceleratorParams& params, uint64_t seed, uint32_t per_mille) {
  LinkStalls::configure(seed, per_mille);
  return run_all(params, BuildOrder::forward);
}

uint64_t total_cycles(const Json& records) {
  uint64_t sum = 0;
  for (const Json& record : records) sum += record["counters"]["cycles"].get<uint64_t>();
  return sum;
}

void check_build_order(Interconnect interconnect) {
  const AcceleratorParams params = small(interconnect);
  const Json forward = in_child([&] { return run_all(params, BuildOrder::forward); });
  const Json reverse = in_child([&] { return run_all(params, BuildOrder::reverse); });
  REQUIRE(forward.size() == varied_layers().size());
  for (size_t i = 0; i < forward.size(); ++i) {
    INFO(forward[i]["layer"]);
    CHECK(forward[i]["failure"] == "");
    CHECK(Json::diff(forward[i]["counters"], reverse[i]["counters"]).dump() == "[]");
    CHECK(forward[i]["output"] == reverse[i]["output"]);
  }
}

void check_stalls(Interconnect interconnect, uint32_t per_mille) {
  const AcceleratorParams params = small(interconnect);
  const Json calm = in_child([&] { return run_all(params, BuildOrder::forward); });
  for (uint64_t seed : {1, 2, 3}) {
    const Json stalled = in_child([&] { return run_all_stalled(params, seed, per_mille); });
    CHECK(total_cycles(stalled) > total_cycles(calm));
    for (size_t i = 0; i < calm.size(); ++i) {
      INFO(calm[i]["layer"] << ", seed " << seed);
      CHECK(stalled[i]["failure"] == "");
      CHECK(Json::diff(stalled[i]["work"], calm[i]["work"]).dump() == "[]");
      CHECK(stalled[i]["output"] == calm[i]["output"]);
    }
  }
}

}  // namespace

TEST_CASE("units built in the opposite order: every counter is the same, systolic") {
  check_build_order(Interconnect::systolic);
}
TEST_CASE("units built in the opposite order: every counter is the same, broadcast") {
  check_build_order(Interconnect::broadcast);
}
TEST_CASE("links that stall one cycle in five: the same work and output") {
  check_stalls(Interconnect::systolic, 200);
}
TEST_CASE("links that stall nine cycles in ten: the same work and output") {
  check_stalls(Interconnect::broadcast, 900);
}

}  // namespace systole::test
