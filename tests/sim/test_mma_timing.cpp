// Steps of MMA units that wait: for the unit, for the sum before, for a set's last step; and PEs of several
// accumulator blocks, with k in the outer loop. Counted by hand, then by a recurrence over the folds.
#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

#include "models/compute/dataflow/traits.h"
#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

struct Counts {
  uint64_t cycles, fold_cycles, hazards, folds;  ///< cycles: busy and fill_drain
};

Counts run(Accelerator& machine, const Gemm& shape, Format format, uint32_t seed = 1) {
  DenseGemm gemm(shape, format);
  machine.reset(0);
  gemm.fill(machine, seed);
  ListSource program({{{}, gemm.op}});
  const MachineStats stats = machine.run(program);
  CHECK(gemm.wrong(machine) == 0);
  const auto& cycles = stats.array.cycles;
  CHECK(cycles[static_cast<int>(Activity::wait_input)] == 0);
  CHECK(cycles[static_cast<int>(Activity::wait_output)] == 0);
  const uint64_t macs = uint64_t{shape.m} * shape.n * shape.k;
  CHECK(stats.array.macs == macs);
  CHECK(stats.array.slots == macs + stats.array.mma_padding + stats.array.fold_edges + stats.array.unmapped);
  return {cycles[static_cast<int>(Activity::busy)] + cycles[static_cast<int>(Activity::fill_drain)],
          stats.array.fold_cycles, stats.array.hazard_cycles, stats.array.folds};
}

/// A machine of broadcast PEs.
AcceleratorParams machine_of(uint32_t rows, uint32_t cols, const MmaParams& mma) {
  AcceleratorParams params = roomy(rows, cols);
  params.pe_array.mma = mma;
  params.pe_array.interconnect = Interconnect::broadcast;
  return params;
}

MmaParams timed(MmaParams mma, const MmaTiming& timing) {
  mma.latency = timing.latency;
  mma.interval = timing.interval;
  mma.accumulate = timing.accumulate;
  mma.set_gap = timing.set_gap;
  mma.drain = timing.drain;
  return mma;
}

MmaParams volta(uint32_t set_gap, uint32_t drain) {
  MmaParams mma = timed({4, 4, 4, 9}, {9, 1, 8, set_gap, drain});
  mma.instruction = {16, 16, 16};
  mma.warps = 2;
  return mma;
}

/// 2 units, a warp's tile of 16x16x16: 8 blocks a unit, 4 sets.
void check_volta(uint32_t set_gap, uint32_t drain, uint64_t lone) {
  Accelerator machine(machine_of(1, 2, volta(set_gap, drain)), stepping_under_test());
  // One warp: its 8 results a column leave in 8 more cycles. Three sets wait for the one before.
  const Counts one = run(machine, {16, 16, 16}, Format::fp32);
  CHECK(one.fold_cycles == lone);
  CHECK(one.cycles == lone + 8);
  CHECK(one.hazards == 3 * set_gap);
  CHECK(one.folds == 1);
  // Two warps in turn: sets of 16 steps, longer than any sum takes. 64 steps, and what a lone tile has beyond
  // its last step.
  const Counts two = run(machine, {32, 16, 16}, Format::fp32);
  CHECK(two.hazards == 0);
  CHECK(two.fold_cycles == 64 + 9 - 1 + set_gap + drain);
  // Twenty folds of two warps: 32 cycles a tile.
  const Counts many = run(machine, {20 * 32, 16, 16}, Format::fp32);
  CHECK(many.hazards == 0);
  CHECK(many.folds == 20);
  CHECK(many.cycles - two.cycles == 19 * 2 * 32);
  // A gemm that fills no instruction takes no less time.
  CHECK(run(machine, {3, 5, 7}, Format::fp32).cycles == one.cycles);
  // k of two instructions goes on with the sums of the first.
  CHECK(run(machine, {16, 16, 17}, Format::fp32).fold_cycles == lone + 4 * (8 + set_gap));
}

}  // namespace

// Steps are 10 cycles from set to set: 3 * 10 + 7 + 9 + 2 + 6; with the other gap 13: 3 * 13 + 7 + 9 + 5 + 4.
TEST_CASE("mma timing: a lone tile of a Volta sub-core and tiles back to back, sums in fp32") {
  check_volta(2, 6, 54);
}
TEST_CASE("mma timing: a lone tile of a Volta sub-core and tiles back to back, timing of sums in fp16") {
  check_volta(5, 4, 64);
}

// The 24 times of Raihan et al. (ISPASS 2019) after which HMMAs of a lone tile are through: those of `steps`
// steps of each of two units, in sets of 8.
TEST_CASE("mma timing: each HMMA of a lone tile") {
  const auto times = [](const MmaTiming& timing, uint64_t steps) {
    std::vector<uint64_t> all;
    for (uint64_t set = 0; set < 4; ++set) {
      for (uint64_t last = steps - 1; last < 8; last += steps) {
        all.push_back(set * timing.set_cycles(8) + last * timing.interval + timing.latency +
                      (last == 7 ? timing.set_gap : 0) + (last == 7 && set == 3 ? timing.drain : 0));
      }
    }
    return all;
  };
  CHECK(times(volta(2, 6).timing(), 2) ==
        std::vector<uint64_t>{10, 12, 14, 18, 20, 22, 24, 28, 30, 32, 34, 38, 40, 42, 44, 54});
  CHECK(times(volta(5, 4).timing(), 4) == std::vector<uint64_t>{12, 21, 25, 34, 38, 47, 51, 64});
}

// 16x8x16 on one unit of 8x4x8: 2 by 2 blocks, 2 sets: 8 steps. Sums take 4 cycles: no step waits.
TEST_CASE("mma timing: an instruction of an A100's unit every 8 cycles") {
  MmaParams mma = timed({8, 4, 8, 10}, {10, 1, 4, 0, 0});
  mma.instruction = {16, 8, 16};
  Accelerator machine(machine_of(1, 1, mma), stepping_under_test());
  const Counts one = run(machine, {16, 8, 16}, Format::fp32);
  CHECK(one.fold_cycles == 8 + 9);
  const Counts many = run(machine, {32 * 16, 8, 16}, Format::fp32);
  CHECK(many.cycles - one.cycles == 31 * 8);
  CHECK(many.hazards == 0);
}

namespace {

/// A scalar PE whose sums take 4 of its latency of 5, with as many accumulators: one result, and four.
std::pair<Counts, Counts> dependent_sums(uint32_t accumulators) {
  MmaParams mma = timed({}, {5, 1, 4, 0, 0});
  mma.warps = accumulators;
  Accelerator machine(machine_of(1, 1, mma), stepping_under_test());
  const Counts one = run(machine, {1, 1, 10}, Format::fp32);
  return {one, run(machine, {4, 1, 10}, Format::fp32)};
}

}  // namespace

// k = 10: steps in 0, 4 ... 36, the sum after 5, the result out in the cycle after. Four results one after
// another, the next one's steps from the cycle after the last one's on.
TEST_CASE("mma timing: a sum waits for itself") {
  const auto [one, four] = dependent_sums(1);
  CHECK(one.fold_cycles == 36 + 5);
  CHECK(one.cycles == 36 + 5 + 1);
  CHECK(one.hazards == 9 * 3);
  CHECK(four.cycles == 3 * 37 + 36 + 5 + 1);
  CHECK(four.hazards == 4 * 9 * 3);
}
// Pairs of steps in 0, 4 ... 36 lose two cycles in each of nine.
TEST_CASE("mma timing: two sums wait half as long") {
  const auto [one, four] = dependent_sums(2);
  CHECK(one.hazards == 9 * 3);
  CHECK(four.folds == 2);
  CHECK(four.hazards == 2 * 9 * 2);
  CHECK(four.cycles == 38 + 37 + 5 + 2);
}
// Steps in 0 ... 39.
TEST_CASE("mma timing: four independent sums do not wait") {
  const auto [one, four] = dependent_sums(4);
  CHECK(one.hazards == 9 * 3);
  CHECK(four.folds == 1);
  CHECK(four.hazards == 0);
  CHECK(four.cycles == 39 + 5 + 4);
}

// A unit that takes a step every third cycle, on 1 x 1 systolic: 0, 3 ... 27, its sum after 2; folds alike.
TEST_CASE("mma timing: an interval of 3 in every dataflow") {
  MmaParams mma = timed({}, {2, 3, 1, 0, 0});
  AcceleratorParams params = machine_of(1, 1, mma);
  params.pe_array.interconnect = Interconnect::systolic;
  Accelerator machine(params, stepping_under_test());
  CHECK(run(machine, {1, 1, 10}, Format::int8).cycles == 27 + 2 + 1);
  CHECK(run(machine, {2, 1, 10}, Format::int8).cycles == 30 + 27 + 2 + 1);
  DenseGemm gemm({10, 1, 1}, Format::int8);  // weight-stationary: the 10 rows stream past one weight
  gemm.op.dataflow = Dataflow::weight_stationary;
  machine.reset(0);
  gemm.fill(machine);
  ListSource program({{{}, gemm.op}});
  const MachineStats stats = machine.run(program);
  CHECK(gemm.wrong(machine) == 0);
  // A cycle of preload, steps in 1, 4 ... 28; what runs down a column leaves in the cycle it is summed in.
  CHECK(stats.array.cycles[static_cast<int>(Activity::busy)] +
            stats.array.cycles[static_cast<int>(Activity::fill_drain)] ==
        1 + 27 + 2);
}

namespace {

uint64_t up(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

/// Folds one after the other, each with the blocks of its instructions; only sums that stay.
Counts by_recurrence(const PeArrayParams& array, const Gemm& gemm) {
  const MmaParams& mma = array.mma;
  const uint64_t R = array.rows, C = array.cols, ks = std::max(1U, mma.instruction.k / mma.k);
  const uint64_t tile_m = std::max<uint64_t>(mma.instruction.m, R * mma.m),
                 tile_n = std::max<uint64_t>(mma.instruction.n, C * mma.n);
  const uint64_t blocks = tile_m * tile_n / (R * C * mma.m * mma.n), sets = up(up(gemm.k, mma.k), ks) * ks;
  const uint64_t crossing = array.interconnect == Interconnect::systolic ? R + C - 2 : 0;
  Counts counts{};
  uint64_t start = 0, drained = 0, end = 0;
  for (uint64_t n = 0; n < gemm.n; n += tile_n) {
    for (uint64_t m = 0; m < gemm.m; m += tile_m * mma.warps) {
      const uint64_t B = blocks * up(std::min<uint64_t>(gemm.m - m, tile_m * mma.warps), tile_m);
      const uint64_t set = std::max<uint64_t>(B * mma.interval, mma.accumulate + mma.set_gap);
      uint64_t closed = start + (sets - 1) * set + (B - 1) * mma.interval + 1;
      closed = std::max(closed, drained);
      drained = closed + R * B;
      const uint64_t summed = closed + crossing + mma.latency + mma.set_gap + mma.drain - 1;
      counts.fold_cycles += summed - start;
      ++counts.folds;
      end = summed + R * B;
      if (array.overlap) {
        start = closed - 1 + mma.interval;
      } else {
        start = end;
        drained = 0;
      }
    }
  }
  counts.cycles = end;
  return counts;
}

void check_machine(uint32_t rows, uint32_t cols, const MmaParams& mma, Interconnect interconnect,
                   bool overlap, Format format, uint32_t seed) {
  AcceleratorParams params = machine_of(rows, cols, mma);
  params.pe_array.interconnect = interconnect;
  params.pe_array.overlap = overlap;
  params.buffers.fill({1 << 22, 4096, 4, 64, 1});
  Accelerator machine(params, stepping_under_test());
  std::mt19937 random(seed);
  const auto size = [&](uint32_t limit) { return 1 + static_cast<uint32_t>(random()) % limit; };
  const uint32_t tile_m = std::max(mma.instruction.m, rows * mma.m) * mma.warps,
                 tile_n = std::max(mma.instruction.n, cols * mma.n);
  for (int round = 0; round < 40; ++round) {
    const Gemm gemm{size(3 * tile_m), size(3 * tile_n), size(9 * mma.k)};
    const Counts counts = run(machine, gemm, format, static_cast<uint32_t>(random()));
    const Counts expected = by_recurrence(params.pe_array, gemm);
    INFO("m=" << gemm.m << " n=" << gemm.n << " k=" << gemm.k);
    CHECK(counts.cycles == expected.cycles);
    CHECK(counts.fold_cycles == expected.fold_cycles);
    CHECK(counts.folds == expected.folds);
  }
}

MmaParams with(MmaParams mma, const MmaInstruction& instruction, uint32_t warps) {
  mma.instruction = instruction;
  mma.warps = warps;
  return mma;
}

}  // namespace

TEST_CASE("mma timing: folds of a Volta sub-core") {
  check_machine(1, 2, volta(2, 6), Interconnect::broadcast, true, Format::fp32, 1);
}
TEST_CASE("mma timing: folds of a Volta sub-core, no overlap") {
  check_machine(1, 2, volta(5, 4), Interconnect::broadcast, false, Format::int8, 2);
}
TEST_CASE("mma timing: folds of systolic scalars with two by two accumulators") {
  check_machine(3, 4, with(timed({}, {6, 1, 4, 0, 0}), {6, 8, 1}, 1), Interconnect::systolic, true,
                Format::fp32, 3);
}
TEST_CASE("mma timing: folds of systolic 2x3x4, three warps, an interval") {
  check_machine(2, 3, with(timed({2, 3, 4, 5}, {5, 2, 7, 1, 3}), {4, 18, 8}, 3), Interconnect::systolic, true,
                Format::int8, 4);
}
TEST_CASE("mma timing: folds of systolic 3x1x2, no overlap, sums that wait") {
  check_machine(2, 2, timed({3, 1, 2, 4}, {4, 1, 4, 2, 1}), Interconnect::systolic, false, Format::fp32, 5);
}
TEST_CASE("mma timing: folds of broadcast 2x2x2, many accumulators") {
  check_machine(2, 2, with(timed({2, 2, 2, 3}, {3, 1, 3, 0, 2}), {16, 12, 6}, 2), Interconnect::broadcast,
                true, Format::int32, 6);
}

}  // namespace systole::test
