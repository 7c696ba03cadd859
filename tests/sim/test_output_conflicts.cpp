// An output buffer of one bank: how long results queue for it, counted by hand.
//
// A vector of results asks for its words' banks in the cycle it leaves in and takes one a cycle. The array
// may go on in the cycle in which the last word is taken, but that cycle's port is gone: the next vector
// takes its first word a cycle later. With w words a vector, the first loses w - 2 cycles (its first word is
// taken as it leaves, with the last one the array moves) and each later one w - 1; w = 1 loses none. A lost
// cycle is `wait_output` and a conflict.
#include <catch2/catch.hpp>

#include "models/compute/dataflow/traits.h"
#include "tests/sim/machine_fixture.h"

namespace systole::test {
namespace {

/// Vectors of results, and words of 8 bytes in each, of a 4 x 4 x 4 gemm on a 4 x 4 array. A row of 4 results
/// is two words; 4 results of a column lie in rows of their own.
struct Vectors {
  uint64_t count, words;
};

Vectors vectors_of(Dataflow dataflow) {
  return dataflow == Dataflow::input_stationary ? Vectors{4, 4} : Vectors{4, 2};
}

void check_conflicts(Interconnect interconnect, Stepping stepping) {
  AcceleratorParams params = roomy(4, 4);
  params.pe_array.interconnect = interconnect;
  params.buffers[2] = {1 << 12, 1, 1, 64, 1};
  Accelerator machine(params, stepping);
  // The load outlasts the MatMul, so that all that waits is counted.
  Move move;
  move.size[5] = 1024;
  move.to = {Space::input, 1 << 16, {}};
  for (const DataflowTraits& dataflow : kDataflows) {
    INFO(dataflow.name);
    DenseGemm gemm({4, 4, 4});
    gemm.op.dataflow = dataflow.id;
    machine.reset(4096);
    gemm.fill(machine);
    ListSource program({{{}, gemm.op}, {{}, Load{move}}});
    const MachineStats stats = machine.run(program);
    const auto [count, words] = vectors_of(dataflow.id);
    const uint64_t lost = (words - 2) + (count - 1) * (words - 1);
    CHECK(gemm.wrong(machine) == 0);
    CHECK(stats.array.cycles[static_cast<int>(Activity::wait_output)] == lost);
    CHECK(stats.array.cycles[static_cast<int>(Activity::wait_input)] == 0);
    CHECK(stats.buffers[0].conflict_cycles == 0);
    CHECK(stats.buffers[1].conflict_cycles == 0);
    CHECK(stats.buffers[2].conflict_cycles == lost);
    CHECK(stats.buffers[2].writes == count * words);
  }
}

}  // namespace

TEST_CASE("output conflicts: systolic") { check_conflicts(Interconnect::systolic, Stepping::block); }
TEST_CASE("output conflicts: systolic, each cycle") {
  check_conflicts(Interconnect::systolic, Stepping::exact);
}
TEST_CASE("output conflicts: broadcast") { check_conflicts(Interconnect::broadcast, Stepping::block); }
TEST_CASE("output conflicts: broadcast, each cycle") {
  check_conflicts(Interconnect::broadcast, Stepping::exact);
}

}  // namespace systole::test
