// Stepping by blocks and exact stepping give the same cycles, states, counters and memory.
#include <catch2/catch.hpp>

#include "models/kernel/link_stalls.h"
#include "models/number/format.h"
#include "tests/sim/awkward_layers.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/random_machines.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

Json run_all(const AcceleratorParams& params, Stepping stepping) {
  Accelerator machine(params, stepping);
  const RunOptions options = options_for(params);
  Json records = Json::array();
  for (Layer layer : awkward_layers_of_all_formats()) {
    for (const DataflowTraits& dataflow : dataflows()) {
      layer.dataflow = dataflow.id;
      layer.algorithm = algorithm_for(layer, options, records.size());
      try {
        records.push_back(record_of(layer, run_layer(machine, options, layer)));
      } catch (const UserError& error) {
        records.push_back(error.what());
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

/// Whether units have timings and instructions of their own, and sums stay in the PEs.
enum class Units : uint8_t { plain, timed };

/// Layers of one random machine. `stalls`: links held back in so many of 1000 cycles.
Json run_random(uint32_t seed, uint32_t stalls, Units units, Stepping stepping) {
  LinkStalls::configure(seed, stalls);
  Draw draw(seed);
  AcceleratorParams params = random_machine(draw);
  if (units == Units::timed) draw_instruction(params.pe_array, draw);
  RunOptions options = options_for(params);
  Accelerator machine(params, stepping);
  Json records = Json::array();
  for (uint32_t i = 0; i < 12; ++i) {
    Layer layer = random_layer(draw, i);
    if (params.pe_array.mma.keeps_sums() && traits_of(*layer.dataflow).time != GemmDim::k)
      layer.dataflow = Dataflow::output_stationary;
    options.arch.residency = draw(0, 4) == 0 ? Residency::sram : Residency::dram;
    layer.algorithm = algorithm_for(layer, options, draw(0, 1000));
    try {
      records.push_back(record_of(layer, run_layer(machine, options, layer)));
    } catch (const UserError& error) {
      records.push_back(error.what());
    }
    records.push_back(describe(params) + ": " + describe(layer));
  }
  return records;
}

void check_random(uint32_t first, uint32_t stalls, Units units = Units::plain) {
  for (uint32_t seed = first; seed < first + 60; ++seed) {
    INFO("machine " << seed);
    const Json block = in_child([&] { return run_random(seed, stalls, units, Stepping::block); });
    const Json exact = in_child([&] { return run_random(seed, stalls, units, Stepping::exact); });
    REQUIRE(block.size() == exact.size());
    for (std::size_t i = 0; i < block.size(); i += 2) {
      INFO(block[i + 1]);
      CHECK(block[i] == exact[i]);
    }
  }
}

}  // namespace

TEST_CASE("stepping: random machines") { check_random(1000, 0); }
TEST_CASE("stepping: random machines with links that stall") { check_random(2000, 150); }
TEST_CASE("stepping: random machines with instructions") { check_random(3000, 0, Units::timed); }
TEST_CASE("stepping: random machines with instructions and links that stall") {
  check_random(4000, 150, Units::timed);
}

TEST_CASE("stepping: systolic scalars, one bank") {
  check_same(machine(4, 3, {}, Interconnect::systolic, true, kNarrow));
}
TEST_CASE("stepping: a slow generator of addresses") {
  AcceleratorParams params = machine(4, 3, {1, 2, 2, 1}, Interconnect::systolic, true, kWide);
  params.feeder.index_rate = 3;
  check_same(params);
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
