// Stepping by blocks and exact stepping give the same cycles, states, counters and bytes.
#include <catch2/catch.hpp>

#include "models/compute/format/format.h"
#include "tests/sim/awkward_layers.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

Json run_all(const AcceleratorParams& params, Stepping stepping) {
  Accelerator machine(params, stepping);
  const RunOptions options = options_for(params);
  Json records = Json::array();
  for (const FormatTraits& format : kFormats) {
    for (Layer layer : awkward_layers_everywhere(format.id)) {
      for (const DataflowTraits& dataflow : kDataflows) {
        layer.dataflow = dataflow.id;
        layer.algorithm = algorithms()[records.size() % algorithms().size()].name;
        try {
          records.push_back(record_of(layer, run_layer(machine, options, layer)));
        } catch (const UserError& error) {
          records.push_back(error.what());
        }
      }
    }
  }
  return records;
}

void check_same(AcceleratorParams params) {
  params.accumulators.entries = 9;
  const Json block = in_child([&] { return run_all(params, Stepping::block); });
  const Json exact = in_child([&] { return run_all(params, Stepping::exact); });
  REQUIRE(block.size() == exact.size());
  for (std::size_t i = 0; i < block.size(); ++i) CHECK(block[i] == exact[i]);
}

/// One bank: every stall there is. Wide: hardly any.
constexpr BufferParams kNarrow{2048, 1, 1, 64, 2}, kWide{16384, 16, 2, 128, 2};

}  // namespace

TEST_CASE("stepping: systolic scalars, one bank") {
  check_same(machine(4, 3, {}, Interconnect::systolic, true, kNarrow));
}
TEST_CASE("stepping: systolic scalars, wide, no overlap") {
  check_same(machine(3, 18, {}, Interconnect::systolic, false, kWide));
}
TEST_CASE("stepping: systolic 2x3x5, wide") {
  check_same(machine(3, 2, {2, 3, 5, 4}, Interconnect::systolic, true, kWide));
}
TEST_CASE("stepping: broadcast 4x4x4, one bank") {
  check_same(machine(2, 3, {4, 4, 4, 4}, Interconnect::broadcast, true, kNarrow));
}
TEST_CASE("stepping: broadcast 1x2x8, wide, no overlap") {
  check_same(machine(5, 4, {1, 2, 8, 2}, Interconnect::broadcast, false, kWide));
}

}  // namespace systole::test
