// Lane programs on the vector unit alone: values, counts, bounds, and times by hand.
#include <catch2/catch.hpp>

#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

constexpr uint32_t kLanes = 4;

AcceleratorParams with_lanes() {
  AcceleratorParams params = roomy(1, 1);
  params.vector_unit.lanes = kLanes;
  return params;
}

/// Sum and difference of two neighbours, `extra` additions of no use among them.
LaneProgram sum_and_difference(uint32_t extra = 0) {
  LaneProgram program;
  program.registers = 4;
  program.inputs = 2;
  program.steps.assign(extra, {LaneOpcode::add, 2, 0, 1, 0});
  program.steps.push_back({LaneOpcode::add, 2, 0, 1, 0});
  program.steps.push_back({LaneOpcode::subtract, 3, 0, 1, 0});
  program.outputs = {2, 3};
  return program;
}

template <class T>
T* at(Accelerator& machine, Space space, uint64_t address) {
  return reinterpret_cast<T*>(machine.buffer_bytes(space) + address);
}

struct Pair {
  std::vector<LaneTap> from = {{0, 0, 0}, {8 * 4, 0, 1}}, to = {{0, 0, 0}, {8 * 4096, 1, 0}};
  VectorKernel kernel(const LaneProgram& program, uint32_t items) const {
    VectorKernel kernel;
    kernel.program = &program;
    kernel.items = {1, 1, 1, 1, items};
    kernel.source.stride[4] = 8 * 8;
    kernel.source.taps = &from;
    kernel.target.buffer = Space::output;
    kernel.target.stride[4] = 8 * 4;
    kernel.target.taps = &to;
    return kernel;
  }
};

MachineStats run(Accelerator& machine, const VectorKernel& kernel) {
  ListSource source({{{}, kernel}});
  return machine.run(source);
}

uint64_t cycles_of(const MachineStats& stats) {
  return stats.vector.cycles[static_cast<int>(Activity::busy)];
}

}  // namespace

TEST_CASE("a lane program computes, counts and takes its cycles") {
  Accelerator machine(with_lanes(), stepping_under_test());
  const Pair pair;
  // Three groups (4 + 4 + 2 items) of i inputs, s steps, o outputs: i + s + o + 2 * max(i, s, o).
  for (const auto& [extra, cycles] : {std::pair{0U, 2U + 2 + 2 + 2 * 2}, {7U, 2U + 9 + 2 + 2 * 9}}) {
    machine.reset(0);
    for (int i = 0; i < 20; ++i) at<float>(machine, Space::input, 0)[i] = static_cast<float>(i * i);
    const LaneProgram program = sum_and_difference(extra);
    const MachineStats stats = run(machine, pair.kernel(program, 10));
    for (int i = 0; i < 10; ++i) {
      const auto a = static_cast<float>(4 * i * i), b = static_cast<float>((2 * i + 1) * (2 * i + 1));
      CHECK(at<float>(machine, Space::output, 0)[i] == a + b);
      CHECK(at<float>(machine, Space::output, 4096)[i] == a - b);
    }
    CHECK(cycles_of(stats) == cycles);
    CHECK(stats.vector.adds == 10 * (2 + extra));
    // Both inputs of an item share a word, but come in at different times: two accesses. A word takes two
    // outputs.
    CHECK(stats.buffers[0].reads == 20);
    CHECK(stats.buffers[0].elements_read == 20);
    CHECK(stats.buffers[2].writes == 10);
    CHECK(stats.buffers[2].elements_written == 20);
  }
}

TEST_CASE("registers out of bounds are zeros that nobody read, and are not kept") {
  Accelerator machine(with_lanes(), stepping_under_test());
  machine.reset(0);
  Pair pair;
  VectorKernel kernel = pair.kernel(sum_and_difference(), 1);
  const LaneProgram program = sum_and_difference();
  kernel.program = &program;
  // Columns -1 .. 4 of a row of three: item i holds columns i - 1 and i.
  kernel.items = {1, 1, 1, 5, 1};
  kernel.source.base = 8 * (100 - 4);
  kernel.source.stride[3] = 8 * 4;
  kernel.source.bound[1] = {-1, 1, 1, 3};
  kernel.target.stride[3] = 8 * 4;
  kernel.target.bound[0] = {0, 0, 1, 1};  // of the outputs' rows 0 and 1, row 0 alone
  for (int i = 0; i < 3; ++i) at<float>(machine, Space::input, 100)[i] = static_cast<float>(i + 1);
  *at<float>(machine, Space::input, 96) = *at<float>(machine, Space::input, 112) = 1000;
  *at<float>(machine, Space::output, 4096) = 77;
  const MachineStats stats = run(machine, kernel);
  const float expected[] = {1, 3, 5, 3, 0};
  for (int i = 0; i < 5; ++i) CHECK(at<float>(machine, Space::output, 0)[i] == expected[i]);
  CHECK(*at<float>(machine, Space::output, 4096) == 77);
  CHECK(stats.buffers[0].elements_read == 6);
  CHECK(stats.buffers[2].elements_written == 5);
}

TEST_CASE("integers are extended when read and cut off when written") {
  Accelerator machine(with_lanes(), stepping_under_test());
  machine.reset(0);
  LaneProgram program;
  program.number = LaneNumber::int32;
  program.registers = 2;
  program.inputs = 1;
  program.steps = {{LaneOpcode::multiply, 1, 0, 0, 300},
                   {LaneOpcode::shift, 1, 1, 0, 0.25F},
                   {LaneOpcode::divide, 1, 1, 0, -3},
                   {LaneOpcode::negate, 1, 1, 0, 0}};
  program.outputs = {1};
  const std::vector<LaneTap> tap = {{}};
  VectorKernel kernel;
  kernel.program = &program;
  kernel.items[4] = 5;
  kernel.source.stride[4] = 8 * 1;
  kernel.source.format = Format::int8;
  kernel.source.taps = kernel.target.taps = &tap;
  kernel.target.buffer = Space::weight;
  kernel.target.stride[4] = 8 * 2;
  kernel.target.format = Format::int16;
  const int8_t values[] = {-128, -1, 0, 1, 127};
  std::memcpy(machine.buffer_bytes(Space::input), values, sizeof values);
  const MachineStats stats = run(machine, kernel);
  for (int i = 0; i < 5; ++i) CHECK(at<int16_t>(machine, Space::weight, 0)[i] == values[i] * 25);
  CHECK(stats.vector.multiplies == 5);
  CHECK(stats.vector.shifts == 5);
  CHECK(stats.vector.other == 10);
}

TEST_CASE("lanes that meet in one bank wait for each other") {
  AcceleratorParams params = with_lanes();
  params.buffers[0] = {1 << 16, 4, 1, 64, 1};
  Accelerator machine(params, stepping_under_test());
  machine.reset(0);
  const Pair pair;
  const LaneProgram program = sum_and_difference();
  VectorKernel kernel = pair.kernel(program, 4);
  kernel.source.stride[4] = 8 * 32;  // four lanes, one bank: each of the two inputs takes four cycles
  const MachineStats stats = run(machine, kernel);
  CHECK(cycles_of(stats) == 8 + 2 + 2);
  CHECK(stats.buffers[0].conflict_cycles == 6);
}

}  // namespace systole::test
