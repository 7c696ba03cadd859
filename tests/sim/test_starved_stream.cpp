// Narrow buffers starve the array in every possible place; the sums stay right. A held operand that is
// preloaded while the stream stalls must not overtake the one before it.
#include <catch2/catch.hpp>

#include "models/compute/dataflow/traits.h"
#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

void check_starved(Space starved, const MmaParams& mma, Interconnect interconnect) {
  AcceleratorParams params = roomy(5, 3);
  params.pe_array.mma = mma;
  params.pe_array.interconnect = interconnect;
  params.buffers[static_cast<int>(starved)] = {1 << 20, 1, 1, 64, 1};
  Accelerator machine(params, stepping_under_test());
  uint64_t waited = 0;
  for (uint32_t lanes = 1; lanes <= 12; ++lanes) {
    for (const DataflowTraits& dataflow : dataflows()) {
      DenseGemm gemm({lanes, 13 - lanes, 20 * mma.k + lanes});
      gemm.op.dataflow = dataflow.id;
      machine.reset(0);
      gemm.fill(machine, lanes);
      ListSource program({{{}, gemm.op}});
      const MachineStats stats = machine.run(program);
      INFO(dataflow.name << " m=" << lanes << " n=" << 13 - lanes);
      CHECK(gemm.wrong(machine) == 0);
      waited += stats.array.cycles[static_cast<int>(Activity::wait_input)] +
                stats.array.cycles[static_cast<int>(Activity::wait_output)];
    }
  }
  CHECK(waited > 0);
}

}  // namespace

TEST_CASE("one bank of inputs, systolic") { check_starved(Space::input, {}, Interconnect::systolic); }
TEST_CASE("one bank of inputs, broadcast 5x1x8") {
  check_starved(Space::input, {5, 1, 8, 1}, Interconnect::broadcast);
}
TEST_CASE("one bank of weights, systolic 1x4x2") {
  check_starved(Space::weight, {1, 4, 2, 9}, Interconnect::systolic);
}
TEST_CASE("one bank of weights, broadcast") { check_starved(Space::weight, {}, Interconnect::broadcast); }
TEST_CASE("one bank of outputs, systolic") { check_starved(Space::output, {}, Interconnect::systolic); }
TEST_CASE("one bank of outputs, broadcast 2x2x2") {
  check_starved(Space::output, {2, 2, 2, 2}, Interconnect::broadcast);
}

}  // namespace systole::test
