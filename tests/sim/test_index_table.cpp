// What implicit gemm costs with its index computed, and with a table of offsets: by hand.
#include <catch2/catch.hpp>

#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {

TEST_CASE("an index is computed for every element, or read for every k of a fold") {
  const AcceleratorParams params = machine(1, 1, {}, Interconnect::systolic, true, {4096, 16, 1, 64, 2});
  Accelerator one(params);
  const RunOptions options = options_for(params);
  // A 2x2 filter over 3x3 pixels of two channels: four outputs, k = 8. On one PE each output is a fold.
  Layer layer = conv_layer("window", {1, 1, 2, 3, 3, 1, 2, 2}, Format::fp32);
  constexpr uint64_t kFolds = 4, kDepth = 8;

  layer.algorithm = "implicit_gemm";
  const LayerRun computed = run_layer(one, options, layer);
  CHECK(computed.failure == "");
  CHECK(computed.stats.array.index_divmods == 4 * kFolds * kDepth);
  CHECK(computed.stats.array.index_multiplies == 4 * kFolds * kDepth);
  CHECK(computed.stats.array.index_adds == 4 * kFolds * kDepth);

  layer.algorithm = "implicit_precomp_gemm";
  const LayerRun table = run_layer(one, options, layer);
  CHECK(table.failure == "");
  CHECK(table.stats.array.index_divmods == 0);
  CHECK(table.stats.array.index_multiplies == 0);
  CHECK(table.stats.array.index_adds == 0);
  const auto index = static_cast<size_t>(Tensor::index);
  CHECK(table.stats.load.bytes[index] == 4 * kDepth);
  CHECK(table.stats.buffers[0].reads_by_tensor[index] == kFolds * kDepth / 2);  // two offsets a word
  CHECK(computed.stats.buffers[0].reads_by_tensor[index] == 0);
  CHECK(table.stats.array.multiplies == computed.stats.array.multiplies);
  CHECK(table.output == computed.output);
}

// The same four outputs on four PEs in a column are one fold of 8 waves, of 4 addresses each. At 2 addresses
// a cycle each wave enters a cycle later than its predecessor lets it: 8 cycles in all, which no bank is to
// blame for. 3 are no better than 2, and 4 are enough; loops count without a generator.
TEST_CASE("a generator of addresses that is too slow holds the array up") {
  AcceleratorParams params = machine(4, 1, {}, Interconnect::systolic, true, {4096, 16, 1, 64, 2});
  Layer layer = conv_layer("window", {1, 1, 2, 3, 3, 1, 2, 2}, Format::fp32);
  const auto run_at = [&](uint32_t rate, const char* algorithm) {
    params.feeder.index_rate = rate;
    layer.algorithm = algorithm;
    return in_child([&] {
      Accelerator machine(params);
      const LayerRun run = run_layer(machine, options_for(params), layer);
      return nlohmann::ordered_json{
          {"failure", run.failure},
          {"cycles", run.stats.cycles},
          {"wait_input", run.stats.array.cycles[static_cast<size_t>(Activity::wait_input)]},
          {"conflicts", run.stats.buffers[0].conflict_cycles}};
    });
  };
  const auto full = run_at(0, "implicit_gemm");
  CHECK(full["failure"] == "");
  CHECK(full["conflicts"] == 0);
  for (const uint32_t rate : {1U, 2U, 3U, 4U}) {
    INFO(rate << " addresses a cycle");
    const auto limited = run_at(rate, "implicit_gemm");
    const uint64_t more = rate == 1 ? 3 * 8 : rate < 4 ? 8 : 0;
    CHECK(limited["failure"] == "");
    CHECK(limited["cycles"] == full["cycles"].get<uint64_t>() + more);
    CHECK(limited["wait_input"] == full["wait_input"].get<uint64_t>() + more);
    CHECK(limited["conflicts"] == 0);
    CHECK(run_at(rate, "direct") == run_at(0, "direct"));
  }
}

}  // namespace systole::test
