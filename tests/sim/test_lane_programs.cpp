// Lane programs on the vector unit alone: values, counts, bounds, and times by hand.
#include <catch2/catch.hpp>

#include "sim/lanes/post_program.h"
#include "tests/sim/machine_fixture.h"
#include "tests/sim/stepping_under_test.h"
#include "tests/unit/activations.h"

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

LaneTaps taps(const std::vector<LaneTap>& list) { return std::make_shared<const std::vector<LaneTap>>(list); }

Vector pair_vector(const LaneProgram& program, uint32_t items) {
  Vector vector;
  vector.program = std::make_shared<const LaneProgram>(program);
  vector.items = {1, 1, 1, 1, items};
  vector.source().stride[4] = 8 * 8;
  vector.source().taps = taps({{0, 0, 0}, {8 * 4, 0, 1}});
  vector.target().buffer = Space::output;
  vector.target().stride[4] = 8 * 4;
  vector.target().taps = taps({{0, 0, 0}, {8 * 4096, 1, 0}});
  return vector;
}

MachineStats run(Accelerator& machine, const Vector& vector) {
  ListSource source({{{}, vector}});
  return machine.run(source);
}

uint64_t cycles_of(const MachineStats& stats) {
  return stats.vector.cycles[static_cast<int>(Activity::busy)];
}

}  // namespace

TEST_CASE("a lane program computes, counts and takes its cycles") {
  Accelerator machine(with_lanes(), stepping_under_test());
  // Three groups (4 + 4 + 2 items) of i inputs, s steps, o outputs: i + s + o + 2 * max(i, s, o).
  for (const auto& [extra, cycles] : {std::pair{0U, 2U + 2 + 2 + 2 * 2}, {7U, 2U + 9 + 2 + 2 * 9}}) {
    machine.reset(0);
    for (int i = 0; i < 20; ++i) at<float>(machine, Space::input, 0)[i] = static_cast<float>(i * i);
    const LaneProgram program = sum_and_difference(extra);
    const MachineStats stats = run(machine, pair_vector(program, 10));
    for (int i = 0; i < 10; ++i) {
      const auto a = static_cast<float>(4 * i * i), b = static_cast<float>((2 * i + 1) * (2 * i + 1));
      CHECK(at<float>(machine, Space::output, 0)[i] == a + b);
      CHECK(at<float>(machine, Space::output, 4096)[i] == a - b);
    }
    CHECK(cycles_of(stats) == cycles);
    CHECK(stats.vector.fp32.adds == 10 * (2 + extra));
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
  Vector vector = pair_vector(sum_and_difference(), 1);
  // Columns -1 .. 4 of a row of three: item i holds columns i - 1 and i.
  vector.items = {1, 1, 1, 5, 1};
  vector.source().base = 8 * (100 - 4);
  vector.source().stride[3] = 8 * 4;
  vector.source().bound[1] = {-1, 1, 1, 3};
  vector.target().stride[3] = 8 * 4;
  vector.target().bound[0] = {0, 0, 1, 1};  // of the outputs' rows 0 and 1, row 0 alone
  for (int i = 0; i < 3; ++i) at<float>(machine, Space::input, 100)[i] = static_cast<float>(i + 1);
  *at<float>(machine, Space::input, 96) = *at<float>(machine, Space::input, 112) = 1000;
  *at<float>(machine, Space::output, 4096) = 77;
  const MachineStats stats = run(machine, vector);
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
  program.registers = 2;
  program.inputs = 1;
  program.steps = {{LaneOpcode::multiply, 1, 0, 0, 300},
                   {LaneOpcode::shift, 1, 1, 0, 0.25F},
                   {LaneOpcode::divide, 1, 1, 0, -3},
                   {LaneOpcode::negate, 1, 1, 0, 0}};
  for (LaneStep& step : program.steps) step.number = LaneNumber::int32;
  program.outputs = {1};
  Vector vector;
  vector.program = std::make_shared<const LaneProgram>(program);
  vector.items[4] = 5;
  vector.source().stride[4] = 8 * 1;
  vector.source().format = Format::int8;
  vector.target().buffer = Space::weight;
  vector.target().stride[4] = 8 * 2;
  vector.target().format = Format::int16;
  const int8_t values[] = {-128, -1, 0, 1, 127};
  std::memcpy(machine.buffer_bytes(Space::input), values, sizeof values);
  const MachineStats stats = run(machine, vector);
  for (int i = 0; i < 5; ++i) CHECK(at<int16_t>(machine, Space::weight, 0)[i] == values[i] * 25);
  CHECK(stats.vector.int32.multiplies == 5);
  CHECK(stats.vector.int32.shifts == 5);
  CHECK(stats.vector.int32.other == 10);
}

TEST_CASE("lanes that meet in one bank wait for each other") {
  AcceleratorParams params = with_lanes();
  params.buffers[0] = {1 << 16, 4, 1, 64, 1};
  Accelerator machine(params, stepping_under_test());
  machine.reset(0);
  const LaneProgram program = sum_and_difference();
  Vector vector = pair_vector(program, 4);
  vector.source().stride[4] = 8 * 32;  // four lanes, one bank: each of the two inputs takes four cycles
  const MachineStats stats = run(machine, vector);
  CHECK(cycles_of(stats) == 8 + 2 + 2);
  CHECK(stats.buffers[0].conflict_cycles == 6);
}

namespace {

/// y = max(0, scale * (x + bias)) in a lane, one cycle: sums of one source, bias and scale of another.
LaneProgram bias_scale_relu() {
  PostOps ops;
  ops.bias = ops.has_scale = ops.scale_by_channel = true;
  ops.activation = relu();
  return *post_program(ops);
}

/// `rows` rows of `columns` sums, in place, with a bias and a scale for each column.
Vector finishing_pass(uint32_t rows, uint32_t columns) {
  Vector vector;
  vector.program = std::make_shared<const LaneProgram>(bias_scale_relu());
  vector.items = {1, 1, 1, rows, columns};
  vector.source_count = 2;
  vector.source().buffer = Space::output;
  vector.source().stride = {0, 0, 0, 32 * int64_t{columns}, 32};
  vector.target() = vector.source();
  vector.sources[1].buffer = Space::weight;
  vector.sources[1].stride[4] = 64;
  vector.sources[1].numbers = 2;
  return vector;
}

}  // namespace

TEST_CASE("bias, scale and ReLU take a cycle a group, and one to write the last") {
  Accelerator machine(with_lanes(), stepping_under_test());
  machine.reset(0);
  for (int i = 0; i < 10; ++i) at<float>(machine, Space::output, 0)[i] = static_cast<float>(i - 5);
  for (int c = 0; c < 5; ++c) {
    at<float>(machine, Space::weight, 0)[2 * c] = static_cast<float>(c);
    at<float>(machine, Space::weight, 0)[2 * c + 1] = 0.5F;
  }
  const MachineStats stats = run(machine, finishing_pass(2, 5));
  for (int i = 0; i < 10; ++i)
    CHECK(at<float>(machine, Space::output, 0)[i] == std::max(0.0F, static_cast<float>(i - 5 + i % 5) / 2));
  CHECK(cycles_of(stats) == 3 + 1);
  CHECK(stats.vector.fp32.adds == 10);
  CHECK(stats.vector.fp32.multiplies == 10);
  CHECK(stats.vector.fp32.other == 10);
  // A word holds two sums, or the two numbers of a column.
  CHECK(stats.buffers[1].reads == 10);
  CHECK(stats.buffers[1].elements_read == 20);
  CHECK(stats.buffers[2].reads == 5);
  CHECK(stats.buffers[2].writes == 5);
}

// Three lanes, a word an item, four banks, in place: reads of 3 and 1 items and writes of 3 and 1 take turns,
// for the words of 3 items leave one bank free. The last of 12 items is read in cycle 5 and written in 6. Had
// a group to wait for its last item, it would take a cycle more.
TEST_CASE("items go on without those that a bank conflict holds back") {
  AcceleratorParams params = with_lanes();
  params.vector_unit.lanes = 3;
  params.buffers[2] = {1 << 16, 4, 1, 64, 1};
  Accelerator machine(params, stepping_under_test());
  machine.reset(0);
  Vector vector = finishing_pass(1, 12);
  vector.source().stride[4] = vector.target().stride[4] = 64;
  for (int c = 0; c < 12; ++c) {
    at<float>(machine, Space::output, 0)[2 * c] = static_cast<float>(c);
    at<float>(machine, Space::weight, 0)[2 * c + 1] = 2;
  }
  const MachineStats stats = run(machine, vector);
  for (int c = 0; c < 12; ++c)
    CHECK(at<float>(machine, Space::output, 0)[2 * c] == static_cast<float>(2 * c));
  CHECK(cycles_of(stats) == 7);
}

TEST_CASE("a special function takes as many cycles as the vector unit says") {
  constexpr uint32_t kCycles = 9;
  AcceleratorParams params = with_lanes();
  params.vector_unit.special_cycles = kCycles;
  Accelerator machine(params, stepping_under_test());
  machine.reset(0);
  for (int i = 0; i < 10; ++i) at<float>(machine, Space::input, 0)[i] = static_cast<float>(i + 1);
  LaneProgram program;
  program.inputs = 1;
  program.registers = 2;
  program.steps = {{LaneOpcode::reciprocal, 1, 0, 0, 0}, {LaneOpcode::negate, 1, 1, 0, 0}};
  program.outputs = {1};
  Vector vector;
  vector.program = std::make_shared<const LaneProgram>(program);
  vector.items[4] = 10;
  vector.source().stride[4] = vector.target().stride[4] = 32;
  vector.target().buffer = Space::output;
  const MachineStats stats = run(machine, vector);
  for (int i = 0; i < 10; ++i)
    CHECK(at<float>(machine, Space::output, 0)[i] == -1.0F / static_cast<float>(i + 1));
  // Three groups, read in a cycle, executed in s = kCycles + 1, written in one.
  CHECK(cycles_of(stats) == 1 + (kCycles + 1) + 1 + 2 * (kCycles + 1));
  CHECK(stats.vector.fp32.special == 10);
}

TEST_CASE("two targets take what goes out one after the other, each through its own port") {
  Accelerator machine(with_lanes(), stepping_under_test());
  machine.reset(0);
  for (int i = 0; i < 20; ++i) at<float>(machine, Space::input, 0)[i] = static_cast<float>(i);
  Vector vector = pair_vector(sum_and_difference(), 10);
  vector.target_count = 2;
  vector.target().taps = nullptr;
  vector.targets[1] = vector.target();
  vector.targets[1].buffer = Space::weight;
  vector.targets[1].format = Format::fp16;
  vector.targets[1].stride[4] = 16;
  const MachineStats stats = run(machine, vector);
  for (int i = 0; i < 10; ++i) {
    CHECK(at<float>(machine, Space::output, 0)[i] == static_cast<float>(4 * i + 1));
    CHECK(at<uint16_t>(machine, Space::weight, 0)[i] == 0xBC00);  // -1
  }
  CHECK(cycles_of(stats) == 2 + 2 + 1 + 2 * 2);
}

}  // namespace systole::test
