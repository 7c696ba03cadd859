// What the executor refuses.
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "functional_case.h"
#include "sim/lanes/post_program.h"

using namespace systole;
using namespace systole::test;

namespace {

std::string refusal(Executor& executor, const Instruction& instruction) {
  try {
    executor.execute(instruction);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

void check_beyond(Executor& executor, const Instruction& instruction, const std::string& space) {
  CHECK_THAT(refusal(executor, instruction),
             Catch::Contains("reaches beyond its memory") && Catch::Contains(" of " + space + ","));
}

}  // namespace

TEST_CASE("the executor refuses operands that do not fit each other", "[functional]") {
  Pair pair(machine(4, 4, {}), Format::fp32, 1);
  for (Dataflow dataflow : kDataflows) {
    const MatMul good = gemm({4, 8, 8}, Format::fp32, dataflow);
    const auto refused = [&](const MatMul& op) { return refusal(pair.executor, {{}, op}); };
    CHECK(refused(good) == "");
    MatMul op = good;
    op.weight.k[2].size = 7;
    CHECK(refused(op) == "a MatMul's operands disagree in k");
    const char* size = "a MatMul's result is not of its operands' size";
    op = good;
    op.result.m[2].size = 5;
    CHECK(refused(op) == size);
    op = good;
    op.result.n.size = 7;
    CHECK(refused(op) == size);
    op.result.m[2] = {8, 16};  // as many elements
    op.result.n.size = 4;
    CHECK(refused(op) == size);
    op = good;
    op.indexing = Indexing::table;
    CHECK(refused(op) == "the index table and the input operand disagree");
  }
}

// On an array of 32 x 32 an output-stationary MatMul leaves its sums in the PEs, else in the accumulators.
TEST_CASE("sums are taken up once, by a MatMul of the same results", "[functional]") {
  constexpr const char* kNotThere = "a MatMul takes up sums that are not there";
  struct Unlike {
    Sizes first, second;
    Format format = Format::fp32;  ///< of the second
  };
  // The first two are as many lanes, and as many with their panels filled up.
  const Unlike unlike[] = {{{16, 32, 8}, {32, 16, 8}},
                           {{20, 4, 8}, {4, 20, 8}},
                           {{8, 8, 8}, {8, 9, 8}},
                           {{8, 8, 8}, {9, 8, 8}},
                           {{8, 8, 8}, {8, 8, 8}, Format::int32}};
  for (Dataflow dataflow : kDataflows) {
    for (uint32_t side : {4U, 32U}) {
      INFO(static_cast<int>(dataflow) << " on " << side << " x " << side);
      Pair pair(machine(side, side, {}), Format::fp32, 1);
      const auto linked = [&](const Sizes& size, PsumSource source, PsumTarget target,
                              Format format = Format::fp32) {
        MatMul op = gemm(size, format, dataflow);
        op.psum_in = source;
        op.psum_out = target;
        return refusal(pair.executor, {{}, op});
      };
      constexpr PsumSource kNone = PsumSource::none, kTakeUp = PsumSource::accumulators;
      constexpr PsumTarget kKeep = PsumTarget::accumulators, kPutDown = PsumTarget::buffer;
      const Sizes size{8, 8, 8};
      for (const Unlike& sizes : unlike) {
        pair.executor.reset();
        CHECK(linked(sizes.first, kNone, kKeep) == "");
        CHECK(linked(sizes.second, kTakeUp, kPutDown, sizes.format) == kNotThere);
      }
      pair.executor.reset();
      CHECK(linked(size, kNone, kPutDown) == "");
      CHECK(linked(size, kTakeUp, kPutDown) == kNotThere);
      CHECK(linked(size, kNone, kKeep) == "");
      CHECK(linked(size, kTakeUp, kKeep) == "");
      CHECK(linked(size, kTakeUp, kPutDown) == "");
      CHECK(linked(size, kTakeUp, kPutDown) == kNotThere);
      CHECK(linked(size, kNone, kKeep) == "");
      pair.executor.reset();
      CHECK(linked(size, kTakeUp, kPutDown) == kNotThere);
    }
  }
}

TEST_CASE("sums that are left in the PEs are gone after a reset", "[functional]") {
  Pair pair(machine(8, 8, {}), Format::fp32, 1);
  MatMul op = gemm({8, 8, 16}, Format::fp32, Dataflow::output_stationary);
  op.psum_out = PsumTarget::accumulators;
  CHECK(refusal(pair.executor, {{}, op}) == "");
  op.psum_out = PsumTarget::buffer;
  const Instruction fresh{{}, op};
  CHECK(refusal(pair.executor, fresh) ==
        "a MatMul leaves its sums in the PEs and the next one does not take them up");
  pair.executor.reset();
  pair.executor.execute(fresh);
  pair.memory.multiply(op, pair.memory.sources_of(fresh));
  CHECK(pair.agree_on(fresh));
}

TEST_CASE("a MatMul that reaches beyond a memory is refused", "[functional]") {
  Pair pair(machine(4, 4, {}), Format::fp32, 1);
  constexpr int64_t kLastOperand = kBufferBytes - 4 * 8 * 4, kLastResult = kBufferBytes - 4 * 4 * 4;
  for (Dataflow dataflow : kDataflows) {
    const MatMul good = gemm({4, 4, 8}, Format::fp32, dataflow);
    MatMul op = good;
    op.input.base = op.weight.base = 8 * kLastOperand;
    op.result.base = kLastResult;
    CHECK(refusal(pair.executor, {{}, op}) == "");
    for (int64_t base : {int64_t{-4}, kLastOperand + 4}) {
      op = good;
      op.input.base = 8 * base;
      check_beyond(pair.executor, {{}, op}, "input");
      op = good;
      op.weight.base = 8 * base;
      check_beyond(pair.executor, {{}, op}, "weight");
    }
    for (int64_t base : {int64_t{-4}, kLastResult + 4}) {
      op = good;
      op.result.base = base;
      check_beyond(pair.executor, {{}, op}, "output");
      op.psum_in = PsumSource::buffer;
      check_beyond(pair.executor, {{}, op}, "output");
    }
    op = good;
    op.indexing = Indexing::table;
    op.index_base = kBufferBytes - 8 * 4 + 4;
    check_beyond(pair.executor, {{}, op}, "input");
  }
}

TEST_CASE("a move that reaches beyond a memory is refused", "[functional]") {
  Pair pair(machine(4, 4, {}), Format::fp32, 1);
  constexpr uint64_t kLast = kBufferBytes - 64 - 8;
  constexpr Space kDram = Space::dram, kInput = Space::input, kOutput = Space::output;
  const auto move_of = [](Space from, uint64_t from_base, Space to, uint64_t to_base) {
    Move move;  // two runs of eight bytes, 64 apart
    move.size = {1, 1, 1, 1, 2, 8};
    move.from = {from, from_base, {0, 0, 0, 0, 64}};
    move.to = {to, to_base, {0, 0, 0, 0, 64}};
    return move;
  };
  CHECK(refusal(pair.executor, {{}, Load{move_of(kDram, kLast, kInput, kLast)}}) == "");
  check_beyond(pair.executor, {{}, Load{move_of(kDram, kLast + 1, kInput, 0)}}, "dram");
  check_beyond(pair.executor, {{}, Load{move_of(kDram, 0, kInput, kLast + 1)}}, "input");
  check_beyond(pair.executor, {{}, Load{move_of(kOutput, 0, kInput, kLast + 1)}}, "input");
  CHECK(refusal(pair.executor, {{}, Store{move_of(kOutput, kLast, kDram, kLast)}}) == "");
  check_beyond(pair.executor, {{}, Store{move_of(kOutput, kLast + 1, kDram, 0)}}, "output");
  check_beyond(pair.executor, {{}, Store{move_of(kOutput, 0, kDram, kLast + 1)}}, "dram");
}

TEST_CASE("a pass of the vector unit that reaches beyond a memory is refused", "[functional]") {
  Pair pair(machine(4, 4, {}), Format::int8, 1);
  PostOps ops;
  ops.accumulator = ops.output = Format::int32;
  ops.bias = true;
  Vector op;  // two rows of four
  op.program = post_program(ops);
  op.items = {1, 1, 1, 2, 4};
  op.source_count = 2;
  LaneView &result = op.sources[0], &bias = op.sources[1], &target = op.targets[0];
  result.buffer = Space::output;
  result.format = bias.format = Format::int32;
  result.stride = {0, 0, 0, 8 * 16, 8 * 4};
  target = result;
  bias.buffer = Space::weight;
  bias.stride[4] = 8 * 4;
  constexpr int64_t kLast = kBufferBytes - 2 * 16, kLastBias = kBufferBytes - 16;
  result.base = target.base = 8 * kLast;
  bias.base = 8 * kLastBias;
  CHECK(refusal(pair.executor, {{}, op}) == "");
  result.base = 8 * (kLast + 4);
  check_beyond(pair.executor, {{}, op}, "output");
  result.base = 8 * kLast;
  bias.base = 8 * (kLastBias + 4);
  check_beyond(pair.executor, {{}, op}, "weight");
  bias.base = 8 * kLastBias;
  target.base = 8 * (kLast + 4);
  target.buffer = Space::input;
  check_beyond(pair.executor, {{}, op}, "input");
  target.format = Format::int8;
  target.stride = {0, 0, 0, 8 * 4, 8};
  target.base = 8 * (kBufferBytes - 8);
  CHECK(refusal(pair.executor, {{}, op}) == "");
  target.base = 8 * (kBufferBytes - 7);
  check_beyond(pair.executor, {{}, op}, "input");
}

TEST_CASE("a lane program that reaches beyond a memory is refused, but not for its padding", "[functional]") {
  Pair pair(machine(4, 4, {}), Format::fp32, 1);
  LaneProgram copy;
  copy.registers = copy.inputs = 1;
  copy.outputs = {0};
  const auto far = std::make_shared<const std::vector<LaneTap>>(1, LaneTap{int64_t{8} << 20, 1, 0});
  Vector kernel;  // three items
  kernel.program = std::make_shared<const LaneProgram>(copy);
  kernel.items[4] = 3;
  kernel.source().stride[4] = kernel.target().stride[4] = 32;
  kernel.target().buffer = Space::output;
  constexpr int64_t kLast = kBufferBytes - 3 * 4;
  kernel.source().base = kernel.target().base = 8 * kLast;
  CHECK(refusal(pair.executor, {{}, kernel}) == "");
  kernel.source().base = 8 * (kLast + 4);
  check_beyond(pair.executor, {{}, kernel}, "input");
  kernel.source().base = 8 * kLast;
  kernel.target().base = 8 * (kLast + 4);
  check_beyond(pair.executor, {{}, kernel}, "output");

  kernel.source().taps = kernel.target().taps = far;
  check_beyond(pair.executor, {{}, kernel}, "input");
  kernel.source().bound[0] = {0, 0, 1, 1};  // the tap's row is the first one outside
  check_beyond(pair.executor, {{}, kernel}, "output");
  kernel.target().bound[0] = {0, 0, 1, 1};
  CHECK(refusal(pair.executor, {{}, kernel}) == "");
}
