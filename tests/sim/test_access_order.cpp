// No instruction touches bytes that an earlier one has still to write or read, in simulated time: a program
// that lacks a wait is refused, the same program with it runs.
#include <catch2/catch.hpp>

#include "models/control/access_order.h"
#include "tests/sim/machine_fixture.h"

namespace systole::test {
namespace {

Move move_of(Space from, uint64_t from_base, Space to, uint64_t to_base, uint32_t bytes) {
  Move move;
  move.from = {from, from_base, {}};
  move.to = {to, to_base, {}};
  move.size[5] = bytes;
  return move;
}

Instruction waiting(Event event, uint64_t count, Instruction instruction) {
  instruction.wait.on(event, count);
  return instruction;
}

AcceleratorParams one_output_bank() {
  AcceleratorParams params = roomy(2, 4);
  params.buffers[2] = {1 << 16, 1, 1, 64, 1};
  return params;
}

/// What the machine says of the program; empty when it runs.
std::string complaint(Accelerator& machine, const std::vector<Instruction>& program) {
  machine.reset(1 << 16);
  ListSource source(program, Order::as_it_comes);
  try {
    machine.run(source);
    return {};
  } catch (const MachineError& error) {
    return error.what();
  }
}

/// A MatMul whose results take many cycles to find their one bank.
DenseGemm slow_results() {
  DenseGemm gemm({2, 4, 3});
  gemm.op.dataflow = Dataflow::weight_stationary;
  return gemm;
}

}  // namespace

TEST_CASE("a store that does not wait for the results is refused") {
  Accelerator machine(one_output_bank());
  const Store store{move_of(Space::output, 0, Space::dram, 0, 16)};
  CHECK_THAT(complaint(machine, {{{}, slow_results().op}, waiting(Event::matmul_read, 1, {{}, store})}),
             Catch::Contains("reads bytes of output [0, 16) that instruction 0 (matmul"));
}

TEST_CASE("a store that waits for the results begins in the cycle after their last word") {
  Accelerator machine(one_output_bank());
  const Store store{move_of(Space::output, 0, Space::dram, 0, 16)};
  CHECK(complaint(machine, {{{}, slow_results().op}, waiting(Event::matmul_done, 1, {{}, store})}).empty());
}

TEST_CASE("a MatMul that does not wait for its operand is refused") {
  Accelerator machine(one_output_bank());
  const DenseGemm gemm = slow_results();
  const Load load{move_of(Space::dram, 0, Space::weight, 8, 8)};
  CHECK_THAT(complaint(machine, {{{}, load}, {{}, gemm.op}}), Catch::Contains("(matmul") &&
                                                                  Catch::Contains("reads bytes of weight") &&
                                                                  Catch::Contains("instruction 0 (load"));
}

TEST_CASE("a load that does not wait until the operand is read is refused") {
  Accelerator machine(one_output_bank());
  const Load load{move_of(Space::dram, 0, Space::weight, 8, 8)};
  CHECK_THAT(complaint(machine, {{{}, slow_results().op}, {{}, load}}),
             Catch::Contains("writes bytes of weight [8, 16) that instruction 0") &&
                 Catch::Contains("has still to read"));
}

TEST_CASE("a load that waits until the operand is read runs") {
  Accelerator machine(one_output_bank());
  const Load load{move_of(Space::dram, 0, Space::weight, 8, 8)};
  CHECK(complaint(machine, {{{}, slow_results().op}, waiting(Event::matmul_read, 1, {{}, load})}).empty());
}

TEST_CASE("a load into results that have still to be written is refused") {
  Accelerator machine(one_output_bank());
  const Load load{move_of(Space::dram, 0, Space::output, 0, 8)};
  CHECK_THAT(complaint(machine, {{{}, slow_results().op}, waiting(Event::matmul_read, 1, {{}, load})}),
             Catch::Contains("writes bytes of output [0, 8)") && Catch::Contains("has still to write"));
}

TEST_CASE("a load from DRAM that a store has still to write is refused") {
  Accelerator machine(one_output_bank());
  const Store store{move_of(Space::output, 0, Space::dram, 64, 64)};
  const Load load{move_of(Space::dram, 100, Space::input, 0, 8)};
  CHECK_THAT(complaint(machine, {{{}, store}, {{}, load}}),
             Catch::Contains("reads bytes of dram [100, 108)"));
}

TEST_CASE("strided boxes that lie between each other share no byte") {
  Accelerator machine(one_output_bank());
  Move even = move_of(Space::dram, 0, Space::output, 0, 8),
       odd = move_of(Space::output, 8, Space::dram, 4096, 8);
  even.size[4] = odd.size[4] = 16;
  even.from.stride[4] = odd.to.stride[4] = 8;
  even.to.stride[4] = odd.from.stride[4] = 16;
  CHECK(complaint(machine, {{{}, Load{even}}, {{}, Store{odd}}}).empty());
  odd.from.base = 7;
  CHECK_THAT(complaint(machine, {{{}, Load{even}}, {{}, Store{odd}}}),
             Catch::Contains("reads bytes of output"));
}

TEST_CASE("results over what a store still reads are refused, and the machine runs the next program") {
  Accelerator machine(one_output_bank());
  const Store store{move_of(Space::output, 0, Space::dram, 0, 512)};
  CHECK_THAT(complaint(machine, {{{}, store}, {{}, slow_results().op}}),
             Catch::Contains("(matmul") && Catch::Contains("writes bytes of output") &&
                 Catch::Contains("has still to read"));
  CHECK(complaint(machine, {{{}, store}, waiting(Event::store_done, 1, {{}, slow_results().op})}).empty());
}

TEST_CASE("a load over the source of a copy is refused") {
  Accelerator machine(one_output_bank());
  const Load copy{move_of(Space::output, 0, Space::input, 0, 512)};
  const Load load{move_of(Space::dram, 0, Space::output, 504, 8)};
  CHECK_THAT(complaint(machine, {{{}, copy}, {{}, load}}),
             Catch::Contains("writes bytes of output [504, 512)"));
  CHECK(complaint(machine, {{{}, copy}, waiting(Event::load_done, 1, {{}, load})}).empty());
}

namespace {

/// One instruction is ahead of another that touches its bytes; the other begins when the caller says.
struct TwoInstructions {
  AccessOrder order;

  TwoInstructions(const Instruction& earlier, const Instruction& later) {
    order.issue(earlier);
    order.issue(later);
    order.begin(static_cast<Unit>(earlier.unit()), 5);
  }
};

const Instruction kLoadsOperand{{}, Load{move_of(Space::dram, 0, Space::weight, 0, 8)}};

}  // namespace

TEST_CASE("an operand is read from the cycle after its last word on") {
  for (Cycle begin : {9, 10, 11}) {
    TwoInstructions two(kLoadsOperand, {{}, slow_results().op});
    if (begin >= 10) two.order.end(Unit::load, 10);
    INFO("begins in cycle " << begin);
    if (begin <= 10) {
      CHECK_THROWS_WITH(two.order.begin(Unit::matmul, begin), Catch::Contains("has still to write"));
    } else {
      CHECK_NOTHROW(two.order.begin(Unit::matmul, begin));
    }
  }
}

TEST_CASE(
    "an operand is overwritten from the cycle after its last reading on, whatever its reader still writes") {
  for (Cycle begin : {9, 10, 11}) {
    TwoInstructions two({{}, slow_results().op}, kLoadsOperand);
    if (begin >= 10) two.order.operands_read(10);
    INFO("begins in cycle " << begin);
    if (begin <= 10) {
      CHECK_THROWS_WITH(two.order.begin(Unit::load, begin), Catch::Contains("has still to read"));
    } else {
      CHECK_NOTHROW(two.order.begin(Unit::load, begin));
    }
  }
}

TEST_CASE("MatMuls that add to one result follow each other in the accumulators") {
  Accelerator machine(one_output_bank());
  DenseGemm first = slow_results(), second = first;
  first.op.psum_out = PsumTarget::buffer;
  second.op.psum_in = PsumSource::buffer;
  CHECK(complaint(machine, {{{}, first.op}, {{}, second.op}}).empty());
}

}  // namespace systole::test
