// The core against the closed forms of DESIGN section 2, cycle for cycle, with the operands on chip.
// R rows, C columns, T the streamed length, F equal folds, L the MMA's latency:
//   systolic, one fold                      2R + C + T - 2 + (L - 1)
//   systolic, overlap, F folds (F - 1) max(T, R) + T + 2R + C - 2 + (L - 1)
//   broadcast, sums stay in the PEs          T + R + (L - 1); overlap: (F - 1) max(T, R) more
//   broadcast, sums down the columns        R (preload) + T + R - 1 + (L - 1); overlap as above
#include <algorithm>
#include <catch2/catch.hpp>

#include "models/compute/dataflow/traits.h"
#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

struct Case {
  uint32_t rows, cols;
  MmaParams mma;
  Gemm gemm;
};

uint64_t up(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

struct Extent {
  uint64_t folds, length;
};

Extent extent(const Case& c, Dataflow dataflow) {
  const uint64_t steps = up(c.gemm.k, c.mma.k);
  switch (dataflow) {
    case Dataflow::output_stationary:
      return {up(c.gemm.m, c.rows * c.mma.m) * up(c.gemm.n, c.cols * c.mma.n), steps};
    case Dataflow::weight_stationary:
      return {up(steps, c.rows) * up(c.gemm.n, c.cols * c.mma.n), up(c.gemm.m, c.mma.m)};
    case Dataflow::input_stationary:
      return {up(steps, c.rows) * up(c.gemm.m, c.cols * c.mma.m), up(c.gemm.n, c.mma.n)};
    default:  // n_on_rows
      return {up(c.gemm.n, c.rows * c.mma.n) * up(c.gemm.m, c.cols * c.mma.m), steps};
  }
}

uint64_t closed_form(const Case& c, Dataflow dataflow, Interconnect interconnect, bool overlap) {
  const uint64_t R = c.rows, C = c.cols;
  const auto [F, T] = extent(c, dataflow);
  uint64_t once = 2 * R + C + T - 2;
  if (interconnect == Interconnect::broadcast) {
    once = traits_of(dataflow).time == GemmDim::k ? T + R : 2 * R + T - 1;
  }
  once += c.mma.latency - 1;
  return overlap ? (F - 1) * std::max(T, R) + once : F * once;
}

/// One elaboration a process: every problem of a machine's parameters runs on the same machine.
void check_machine(uint32_t rows, uint32_t cols, const MmaParams& mma, Interconnect interconnect,
                   bool overlap, Format format, uint32_t entries, uint32_t seed) {
  AcceleratorParams params = roomy(rows, cols);
  params.pe_array.mma = mma;
  params.pe_array.interconnect = interconnect;
  params.pe_array.overlap = overlap;
  params.accumulators.entries = entries;
  Accelerator machine(params, stepping_under_test());
  std::mt19937 random(seed);
  for (int round = 0; round < 60; ++round) {
    const auto size = [&](uint32_t limit) { return 1 + static_cast<uint32_t>(random()) % limit; };
    const Case c{
        rows, cols, mma, {size(4 * rows * mma.m), size(3 * cols * mma.n), size(3 * rows * mma.k + 9)}};
    for (const DataflowTraits& dataflow : dataflows()) {
      DenseGemm gemm(c.gemm, format);
      gemm.op.dataflow = dataflow.id;
      machine.reset(0);
      gemm.fill(machine, static_cast<uint32_t>(random()));
      ListSource program({{{}, gemm.op}});
      const MachineStats stats = machine.run(program);
      INFO(dataflow.name << " R=" << rows << " C=" << cols << " m=" << c.gemm.m << " n=" << c.gemm.n
                         << " k=" << c.gemm.k);
      CHECK(gemm.wrong(machine) == 0);
      const auto& cycles = stats.array.cycles;
      CHECK(cycles[static_cast<int>(Activity::busy)] + cycles[static_cast<int>(Activity::fill_drain)] ==
            closed_form(c, dataflow.id, interconnect, overlap));
      CHECK(cycles[static_cast<int>(Activity::wait_input)] == 0);
      CHECK(cycles[static_cast<int>(Activity::wait_output)] == 0);
      const uint64_t outputs = uint64_t{c.gemm.m} * c.gemm.n;
      CHECK(stats.array.macs == outputs * c.gemm.k);
      CHECK(stats.array.adds == outputs * (c.gemm.k - 1));
    }
  }
}

}  // namespace

TEST_CASE("closed form: systolic scalar 4x4, no overlap") {
  check_machine(4, 4, {}, Interconnect::systolic, false, Format::fp32, 1024, 1);
}
TEST_CASE("closed form: systolic scalar 4x4, overlap") {
  check_machine(4, 4, {}, Interconnect::systolic, true, Format::fp32, 1024, 2);
}
TEST_CASE("closed form: systolic scalar 7x3, overlap, int8") {
  check_machine(7, 3, {}, Interconnect::systolic, true, Format::int8, 1024, 3);
}
TEST_CASE("closed form: systolic scalar 1x9 and latency 3, overlap") {
  check_machine(1, 9, {1, 1, 1, 3}, Interconnect::systolic, true, Format::fp32, 1024, 4);
}
TEST_CASE("closed form: systolic 8x1, no overlap") {
  check_machine(8, 1, {1, 1, 1, 2}, Interconnect::systolic, false, Format::fp32, 1024, 5);
}
TEST_CASE("closed form: systolic 3x5 of 2x3x4, overlap") {
  check_machine(3, 5, {2, 3, 4, 4}, Interconnect::systolic, true, Format::fp32, 1024, 6);
}
TEST_CASE("closed form: systolic 3x2 of 2x1x5, no overlap, int8") {
  check_machine(3, 2, {2, 1, 5, 2}, Interconnect::systolic, false, Format::int8, 1024, 7);
}
TEST_CASE("closed form: broadcast 4x4 of 4x4x4, overlap") {
  check_machine(4, 4, {4, 4, 4, 4}, Interconnect::broadcast, true, Format::fp32, 1024, 8);
}
TEST_CASE("closed form: broadcast 4x4 of 4x4x4, no overlap, int8") {
  check_machine(4, 4, {4, 4, 4, 4}, Interconnect::broadcast, false, Format::int8, 1024, 9);
}
TEST_CASE("closed form: broadcast scalar 6x5, overlap") {
  check_machine(6, 5, {}, Interconnect::broadcast, true, Format::fp32, 1024, 10);
}
TEST_CASE("closed form: systolic scalar 16x16, overlap") {
  check_machine(16, 16, {}, Interconnect::systolic, true, Format::fp32, 1024, 11);
}
TEST_CASE("closed form: systolic 3x2 of 2x1x4, overlap, int16") {
  check_machine(3, 2, {2, 1, 4, 1}, Interconnect::systolic, true, Format::int16, 1024, 14);
}
TEST_CASE("closed form: broadcast scalar 4x3, no overlap, int32") {
  check_machine(4, 3, {}, Interconnect::broadcast, false, Format::int32, 1024, 15);
}

TEST_CASE("closed form: systolic scalar 5x4, overlap") {
  check_machine(5, 4, {}, Interconnect::systolic, true, Format::fp32, 1024, 12);
}
TEST_CASE("closed form: broadcast 3x2 of 2x3x4, no overlap, int8") {
  check_machine(3, 2, {2, 3, 4, 3}, Interconnect::broadcast, false, Format::int8, 1024, 13);
}
TEST_CASE("closed form: systolic scalar 3x5, overlap, int16") {
  check_machine(3, 5, {}, Interconnect::systolic, true, Format::int16, 1024, 16);
}
TEST_CASE("closed form: systolic 2x2 of 1x1x8, overlap, int32") {
  check_machine(2, 2, {1, 1, 8, 2}, Interconnect::systolic, true, Format::int32, 1024, 17);
}

}  // namespace systole::test
