// Layers small enough to be counted by hand on `tiny_2x2`, before they were run. The machine: core and DRAM
// at 1 GHz, so a cycle is 1 ns on both sides; the DRAM answers 20 cycles after acceptance and moves a 64-byte
// burst in 8 more; two banks of 8-byte words a slot; 2 x 2 scalar PEs.
#include <catch2/catch.hpp>

#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/run/simulate_layer.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

Layer gemm_2x2x2() {
  Layer layer;
  layer.name = "gemm";
  layer.type = LayerType::gemm;
  layer.gemm = {1, 2, 2, 2, false, false};
  layer.algorithm = "direct";
  return layer;
}

/// A 2x2 filter on a 3x3 image: E14 of the lectures as a layer.
Layer conv_3x3_by_2x2() {
  Layer layer;
  layer.name = "conv";
  layer.conv.C = layer.conv.M = 1;
  layer.conv.H = layer.conv.W = 3;
  layer.conv.R = layer.conv.S = 2;
  layer.algorithm = "direct";
  return layer;
}

nlohmann::ordered_json run(const Layer& layer) {
  RunOptions options;
  options.arch = load_arch("tiny_2x2", {});
  options.energy = load_energy_table("lecture", options.arch.params);
  options.audit = true;
  Accelerator machine(options.arch.params, stepping_under_test());
  PlannedLayer planned = plan_layer(options, layer);
  return report_layer(simulate_layer(machine, planned, options), planned, options).results;
}

void check_states(const nlohmann::ordered_json& r, int busy, int fill_drain, int wait_input, int idle) {
  CHECK(r["pe_array"]["busy"] == busy);
  CHECK(r["pe_array"]["fill_drain"] == fill_drain);
  CHECK(r["pe_array"]["wait_input"] == wait_input);
  CHECK(r["pe_array"]["wait_output"] == 0);
  CHECK(r["pe_array"]["idle"] == idle);
}

void check_words(const nlohmann::ordered_json& r, const char* buffer, int reads, int writes) {
  CHECK(r["sram"][buffer]["reads"] == reads);
  CHECK(r["sram"][buffer]["writes"] == writes);
}

}  // namespace

// The program is Load input, Load weight, MatMul, Store, issued in the cycles 0, 1, 2, 3; each unit sees its
// instruction a cycle later.
//   1       the load engine asks for the input: BEGIN_REQ, acted on by the DRAM at its next edge
//   2       accepted; data through at 2 + 20 + 8 = 30, when BEGIN_RESP is sent
//   3       END_REQ is seen; the weight is asked for, accepted at 4; the bus is busy until 30, so through at
//   38 31      the input's 16 bytes land: two words, two banks, one cycle. load_done = 1 39      the weight's
//   16 bytes land. load_done = 2, which the compute core sees in 40-45   the MatMul: 2R + C + T - 2 = 4 + 2 +
//   2 - 2 = 6 cycles. Waves enter in 40 and 41, the last reaches
//           PE (1,1) two cycles later: busy 40-43, drained 44-45. matmul_done in 45
//   46      the store engine reads two words; 47 BEGIN_REQ, 48 accepted, 76 through, 77 store_done: 78 cycles
// The PE array idles in 0-2 (the MatMul is in its queue from 3 on), waits for its input in 3-39, idles from
// 46 on. SRAM words: the input's two rows are a word each, k along the word: written 2, read 2 (k = 1 is
// latched). The weight's two rows k are a word each, read by both columns at once: written 2, read 2. Output:
// 2 rows, 2 and 2. Energy: 8 multiplies + 4 adds at 20 pJ; 12 SRAM words at 26 pJ; 3 bursts = 24 words at
// 1200 pJ.
TEST_CASE("hand count: gemm 2x2x2") {
  const auto r = run(gemm_2x2x2());
  CHECK(r["cycles"] == 78);
  check_states(r, 4, 2, 37, 35);
  CHECK(r["macs"] == 8);
  CHECK(r["ops"]["array"]["multiplies"] == 8);
  CHECK(r["ops"]["array"]["adds"] == 4);
  check_words(r, "input", 2, 2);
  check_words(r, "weight", 2, 2);
  check_words(r, "output", 2, 2);
  CHECK(r["dram"]["read_bytes"]["input"] == 16);
  CHECK(r["dram"]["read_bytes"]["weight"] == 16);
  CHECK(r["dram"]["write_bytes"]["output"] == 16);
  CHECK(r["dram"]["bus_bytes"] == 3 * 64);
  CHECK(r["energy_pj"]["total"] == 12 * 20 + 12 * 26 + 24 * 1200);
  CHECK(r["check"]["status"] == "pass");
}

// As above up to the MatMul, in which the weight's two rows are preloaded in two cycles, two waves of one
// input row each follow, and the sums leave at the foot R + C - 2 cycles behind them: 2 + 2 + 2 = 6 cycles
// again, of which the waves are busy for 2 + 2. An input row is one word for both rows of PEs: read 2.
// Results leave a row a wave.
TEST_CASE("hand count: gemm 2x2x2 weight-stationary") {
  Layer layer = gemm_2x2x2();
  layer.dataflow = Dataflow::weight_stationary;
  const auto r = run(layer);
  CHECK(r["cycles"] == 78);
  check_states(r, 4, 2, 37, 35);
  check_words(r, "input", 2, 2);
  check_words(r, "weight", 2, 2);
  check_words(r, "output", 2, 2);
  CHECK(r["energy_pj"]["total"] == 12 * 20 + 12 * 26 + 24 * 1200);
}

// gemm.m = 4 pixels, gemm.n = 1, gemm.k = 4: two folds of T = 4.
// The input's 36 bytes are one burst. A pixel has a word of its own (an odd pitch), rows start 4 words apart:
// words 0 1 2, 4 5 6, 8 9 10. Landing in order on two banks takes six cycles: {0,1} {2} {4,5} {6} {8,9} {10}.
// It starts in 31, so load_done = 1 in 36; the weight lands in 39 as before, in 2 words.
//   40-51   the MatMul: (F - 1) max(T, R) + T + 2R + C - 2 = 4 + 4 + 4 + 2 - 2 = 12 cycles. One column is in
//   use:
//           the eighth wave enters in 47 and reaches PE (1,0) in 48: busy 9, drained 3
//   52-53   the store engine reads 4 words on two banks, BEGIN_REQ in 54, accepted 55, through 83, done 84
// Words read by the feeders: each of 4 steps and 2 folds opens a new word for both rows: 16; the one column's
// 4 weights are 2 words, twice: 4. Energy: 16 multiplies + 12 adds; (9 + 16) + (2 + 4) + (4 + 4) = 39 words;
// 3 bursts.
TEST_CASE("hand count: conv 2x2 on 3x3") {
  const auto r = run(conv_3x3_by_2x2());
  CHECK(r["cycles"] == 85);
  check_states(r, 9, 3, 37, 36);
  CHECK(r["ops"]["array"]["multiplies"] == 16);
  CHECK(r["ops"]["array"]["adds"] == 12);
  check_words(r, "input", 16, 9);
  check_words(r, "weight", 4, 2);
  check_words(r, "output", 4, 4);
  CHECK(r["dram"]["read_bytes"]["input"] == 36);
  CHECK(r["dram"]["read_bytes"]["weight"] == 16);
  CHECK(r["dram"]["write_bytes"]["output"] == 16);
  CHECK(r["energy_pj"]["total"] == 28 * 20 + 39 * 26 + 24 * 1200);
  CHECK(r["check"]["status"] == "pass");
}

}  // namespace systole::test
