// Partial sums that live in the output buffer: each wave reads the sums of its results and writes them back.
// Counted by hand: R = 2 rows, C = 4 columns, m = T = 32 waves a fold, k = 12: F = 6 folds, of which all but
// the first add.
#include <catch2/catch.hpp>

#include "tests/sim/layer_fixture.h"
#include "tests/sim/stepping_under_test.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

constexpr uint64_t kWaves = 32, kFolds = 6, kRows = 2, kCols = 4;

LayerRun run_with(uint32_t output_banks, uint32_t ports) {
  AcceleratorParams params =
      machine(kRows, kCols, {}, Interconnect::systolic, true, {uint64_t{64} << 10, 16, 1, 64, 1});
  params.accumulators.entries = 0;
  params.buffers[2].banks = output_banks;
  params.buffers[2].ports = ports;
  RunOptions options = options_for(params);
  options.arch.residency = Residency::sram;
  Accelerator machine(params, stepping_under_test());
  Layer layer = gemm_layer("sums", {1, kWaves, kCols, kRows * kFolds, false, false}, Format::fp32);
  layer.dataflow = Dataflow::weight_stationary;
  layer.algorithm = "direct";
  return run_layer(machine, options, layer);
}

uint64_t in(const LayerRun& run, Activity state) { return run.stats.array.cycles[static_cast<int>(state)]; }

void check_moving(const LayerRun& run) {
  CHECK(run.failure.empty());
  CHECK(in(run, Activity::busy) + in(run, Activity::fill_drain) ==
        (kFolds - 1) * kWaves + kWaves + 2 * kRows + kCols - 2);
}

}  // namespace

// A wave's 4 sums are 2 words. In 4 banks waves take turns, {0, 1} and {2, 3}: one is written while the next
// is read. The last is written in a cycle of its own, in which nothing moves.
TEST_CASE("sums that alternate between halves of the banks leave a wave a cycle") {
  const LayerRun run = run_with(4, 1);
  check_moving(run);
  CHECK(in(run, Activity::wait_output) == 1);
  CHECK(run.stats.buffers[2].conflict_cycles == 1);
}

// In 2 banks every wave that adds needs both twice: one cycle more for each, in which the next wave (or,
// after the last, nothing) stands.
TEST_CASE("sums in as many banks as they have words take two cycles a wave") {
  const LayerRun run = run_with(2, 1);
  check_moving(run);
  CHECK(in(run, Activity::wait_output) == (kFolds - 1) * kWaves);
}

TEST_CASE("with two ports they take one") {
  const LayerRun run = run_with(2, 2);
  check_moving(run);
  CHECK(in(run, Activity::wait_output) == 0);
}

}  // namespace systole::test
