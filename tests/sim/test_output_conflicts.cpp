// Results that wait for a busy bank, counted by hand before they were run: every dataflow on either
// interconnect, stepped by blocks and exactly. The operands lie on chip, in banks enough; the output buffer
// has one bank of 8-byte words with one port, so a vector of w words keeps it busy for w cycles. 2 rows by 4
// columns of scalar PEs. The MatMul is issued in cycle 0 (idle); the core sees it in 1.
//
// A cycle in which the array moves is one of the closed form's; c.tau is array time, which stands while it
// waits. The words of a vector ask for the bank from the cycle it leaves the array in; while some are left
// the array stands, and in the cycle in which the last finds the bank it moves again, if it has anything to
// do.
#include <catch2/catch.hpp>

#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/machine_fixture.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

AcceleratorParams one_output_bank(Interconnect interconnect) {
  AcceleratorParams params = roomy(2, 4);
  params.pe_array.interconnect = interconnect;
  params.buffers[2] = {1 << 16, 1, 1, 64, 1};
  return params;
}

Json counters_of(const Gemm& size, Dataflow dataflow, Interconnect interconnect, Stepping stepping) {
  Accelerator machine(one_output_bank(interconnect), stepping);
  DenseGemm gemm(size);
  gemm.op.dataflow = dataflow;
  machine.reset(0);
  gemm.fill(machine);
  ListSource program({{{}, gemm.op}});
  const MachineStats stats = machine.run(program);
  Json json = all_counters(stats);
  json["wrong"] = gemm.wrong(machine);
  return json;
}

struct Expected {
  uint64_t busy, fill_drain, wait_output, words;
};

void check(const Gemm& size, Dataflow dataflow, Interconnect interconnect, const Expected& expected) {
  for (Stepping stepping : {Stepping::block, Stepping::exact}) {
    INFO((stepping == Stepping::block ? "block" : "exact"));
    const Json json = in_child([&] { return counters_of(size, dataflow, interconnect, stepping); });
    const Json& cycles = json["pe_array"]["cycles"];
    CHECK(json["wrong"] == 0);
    CHECK(cycles["busy"] == expected.busy);
    CHECK(cycles["fill_drain"] == expected.fill_drain);
    CHECK(cycles["wait_input"] == 0);
    CHECK(cycles["wait_output"] == expected.wait_output);
    CHECK(cycles["idle"] == 1);
    CHECK(json["cycles"] == 1 + expected.busy + expected.fill_drain + expected.wait_output);
    CHECK(json["sram"]["output"]["conflict_cycles"] == expected.wait_output);
    CHECK(json["sram"]["output"]["writes"] == expected.words);
  }
}

}  // namespace

// m 2, n 4, k 3: waves enter in 1, 2, 3 (tau 0, 1, 2), the last reaches PE (1,3) at tau 6: busy 1-7. Two rows
// of 4 results leave at tau 7 and 8, two words each:
//   8   drain; row 1 leaves and writes a word
//   9   its second word; row 0 leaves (drain) and finds the bank taken
//   10  a word of row 0; 11 the other: matmul_done
TEST_CASE("results wait for a bank: output-stationary, systolic") {
  check({2, 4, 3}, Dataflow::output_stationary, Interconnect::systolic, {7, 2, 2, 4});
}

// On buses all PEs work at tau 0, 1, 2: busy 1-3; row 1 leaves in 4, row 0 in 5, whose words follow in 6
// and 7.
TEST_CASE("results wait for a bank: output-stationary, broadcast") {
  check({2, 4, 3}, Dataflow::output_stationary, Interconnect::broadcast, {3, 2, 2, 4});
}

// m 3, n 4, k 2: the weight is preloaded in 1, 2 (fill). Waves enter in 3, 4, 5; each leaves 4 cycles of
// array time later with 4 results in two words; the last is at its last PE at tau 6.
//   7   tau 4: wave 0 leaves, a word; 8 tau 5: its second word, wave 1 leaves; 9 waits
//   10  tau 6: the second word of wave 1, wave 2 leaves; 11 waits, 12 waits: matmul_done
TEST_CASE("results wait for a bank: weight-stationary, systolic") {
  check({3, 4, 2}, Dataflow::weight_stationary, Interconnect::systolic, {7, 2, 3, 6});
}

// On buses a wave leaves one cycle after it entered, at tau 1, 2, 3, and is at its last PE there: wave 0 in
// 4, wave 1 in 5, a wait in 6, wave 2 in 7, waits in 8 and 9. Busy in 3, 4, 5, 7.
TEST_CASE("results wait for a bank: weight-stationary, broadcast") {
  check({3, 4, 2}, Dataflow::weight_stationary, Interconnect::broadcast, {4, 2, 3, 6});
}

// m 4, n 3, k 2: the input is preloaded in 1, 2. A wave's 4 results belong to 4 rows of the result, a word
// each. Waves enter in 3, 4, 5 and leave at tau 4, 5, 6: in 7, in 10 after two waits, in 14 after three, and
// three more.
TEST_CASE("results wait for a bank: input-stationary, systolic") {
  check({4, 3, 2}, Dataflow::input_stationary, Interconnect::systolic, {7, 2, 9, 12});
}

// On buses waves 0, 1, 2 enter in 3, 4, 7 and leave in 4, 7, 11: busy in these four cycles.
TEST_CASE("results wait for a bank: input-stationary, broadcast") {
  check({4, 3, 2}, Dataflow::input_stationary, Interconnect::broadcast, {4, 2, 9, 12});
}

// An operand's conflicts are those of the buffer it lies in, whatever operand that buffer is named after. 2 x
// 2 PEs, k 3, an element a word, all words of the operand in one bank: a step of two lanes takes two cycles.
//   input in the weight buffer, output-stationary, n 1: the array waits in 1, 3, 5; waves enter in 2, 4, 6
//   weight in the output buffer, weight-stationary, m 1, k 2: the preload waits in 1 and 3; rows are there in
//   2 and 4
TEST_CASE("conflicts are counted in the buffer that the operand lies in") {
  const auto run = [](const Gemm& size, Dataflow dataflow, Space input, Space weight, Space result,
                      Space narrow) {
    AcceleratorParams params = roomy(2, 2);
    params.buffers[static_cast<int>(narrow)] = {1 << 16, 1, 1, 64, 1};
    Accelerator machine(params);
    machine.reset(0);
    DenseGemm gemm(size);
    gemm.op.dataflow = dataflow;
    gemm.op.input.buffer = input;
    gemm.op.weight.buffer = weight;
    gemm.op.result.buffer = result;
    gemm.op.input.k[2].stride = gemm.op.weight.k[2].stride = 8 * 8;
    gemm.op.input.lane[2].stride = gemm.op.weight.lane[2].stride = 8 * 1000;
    ListSource program({{{}, gemm.op}});
    return all_counters(machine.run(program));
  };
  const Json streamed = in_child([&] {
    return run({2, 1, 3}, Dataflow::output_stationary, Space::weight, Space::input, Space::output,
               Space::weight);
  });
  CHECK(streamed["pe_array"]["cycles"]["wait_input"] == 3);
  CHECK(streamed["sram"]["weight"]["conflict_cycles"] == 3);
  CHECK(streamed["sram"]["input"]["conflict_cycles"] == 0);
  const Json preloaded = in_child([&] {
    return run({1, 2, 2}, Dataflow::weight_stationary, Space::input, Space::output, Space::weight,
               Space::output);
  });
  CHECK(preloaded["pe_array"]["cycles"]["wait_input"] == 2);
  CHECK(preloaded["sram"]["output"]["conflict_cycles"] == 2);
  CHECK(preloaded["sram"]["weight"]["conflict_cycles"] == 0);
}

}  // namespace systole::test
