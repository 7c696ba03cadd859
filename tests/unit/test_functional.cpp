// The executor against the plain interpreter, instruction by instruction.
#include <catch2/catch.hpp>

#include "draw.h"
#include "functional_case.h"

using namespace systole;
using namespace systole::test;

TEST_CASE("chains of MatMuls of any shape, dataflow and format are summed as the array sums",
          "[functional]") {
  for (uint32_t seed = 0; seed < 400; ++seed) {
    Draw draw(seed);
    const uint32_t side = draw(1, 9);
    const AcceleratorParams params = machine(side, draw(1, 9), {draw(1, 3), draw(1, 3), draw(1, 9), 1});
    const Format format = format_of(seed);
    const Sizes size{draw(1, 70), draw(1, 150), draw(1, 60)};
    Pair pair(params, format, seed);
    MatMul op = gemm(size, format, static_cast<Dataflow>(draw(0, 2)));
    const uint32_t links = draw(1, 3);
    op.psum_in = draw(0, 1) == 0 ? PsumSource::none : PsumSource::buffer;
    for (uint32_t link = 0; link < links; ++link) {
      op.psum_out = link + 1 == links ? PsumTarget::buffer : PsumTarget::accumulators;
      op.input.base = static_cast<int64_t>(draw(0, 63)) * 32;
      op.weight.base = static_cast<int64_t>(draw(0, 63)) * 32;
      const Instruction instruction{{}, op};
      pair.memory.multiply(op, pair.memory.sources_of(instruction));
      pair.executor.execute(instruction);
      op.psum_in = PsumSource::accumulators;
    }
    INFO("seed " << seed << ": " << size.m << " x " << size.n << " x " << size.k);
    CHECK(pair.agree_on({{}, op}));
  }
}

TEST_CASE("windows with padding, taps in groups and results turned around", "[functional]") {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Draw draw(seed + 1000);
    const AcceleratorParams params = machine(draw(1, 6), draw(1, 6), {draw(1, 2), draw(1, 2), draw(1, 5), 1});
    const Format format = format_of(seed);
    const int64_t bits = traits_of(format).bits;
    const uint32_t height = draw(1, 9), width = draw(1, 9), channels = draw(1, 7), filters = draw(1, 40);
    const uint32_t taps_y = draw(1, 3), taps_x = draw(1, 3);
    Pair pair(params, format, seed);
    MatMul op;
    op.input.format = op.weight.format = format;
    op.accumulator = wide_format(traits_of(format).lane);
    op.dataflow = static_cast<Dataflow>(draw(0, 2));
    op.flatten_k = draw(0, 1) == 1;
    // In planes, pixels follow each other from row to row: lanes lie side by side, padding or not.
    const bool planes = draw(0, 1) == 1;
    const int64_t tap = channels * bits, pixel = planes ? bits : tap, row = pixel * width;
    const int64_t channel = planes ? row * height : bits;
    op.input.lane = {{{1, 0}, {height, row}, {width, pixel}}};
    op.input.k = {{{taps_y, row}, {taps_x, pixel}, {channels, channel}}};
    op.input.bound = {{{-1, 1, 1, static_cast<int32_t>(height)}, {-1, 1, 1, static_cast<int32_t>(width)}}};
    op.input.base = 8 * 4096 - row - pixel;
    op.weight.buffer = Space::weight;
    op.weight.lane[2] = {filters, int64_t{taps_y} * taps_x * tap};
    op.weight.k = {{{taps_y, taps_x * tap}, {taps_x, tap}, {channels, bits}}};
    op.result.m = {{{1, 0}, {height, 4 * int64_t{width}}, {width, 4}}};
    op.result.n = {filters, 4 * int64_t{width} * height};
    const Instruction instruction{{}, op};
    pair.memory.multiply(op, pair.memory.sources_of(instruction));
    pair.executor.execute(instruction);
    INFO("seed " << seed);
    // The plain interpreter tells its results row by row of gemm.m, as the view is walked.
    const Bytes expected = pair.memory.targets_of(instruction);
    Bytes got;
    for (uint64_t m = 0; m < uint64_t{height} * width; ++m) {
      for (uint32_t n = 0; n < filters; ++n) {
        const uint8_t* from =
            pair.image.at(Space::output, static_cast<int64_t>(4 * m) + n * op.result.n.stride, 4);
        got.insert(got.end(), from, from + 4);
      }
    }
    CHECK(got == expected);
  }
}

// Lanes that overlap make an operand large without much memory. Either operand is the one with many of them.
TEST_CASE("operands too large to be gathered at once", "[functional]") {
  for (bool many_rows : {false, true}) {
    Pair pair(machine(5, 6, {1, 1, 3, 1}), Format::int8, 1);
    OperandView many, few;
    many.format = few.format = Format::int8;
    many.lane[2] = {100, 8};
    few.lane[2] = {2, 8 * 1000};
    many.k[2] = few.k[2] = {17000, many_rows ? 16 : 8};
    MatMul op;
    op.accumulator = Format::int32;
    op.dataflow = many_rows ? Dataflow::weight_stationary : Dataflow::output_stationary;
    op.input = many_rows ? many : few;
    op.weight = many_rows ? few : many;
    op.weight.buffer = Space::weight;
    op.result.n = {op.weight.lane[2].size, 4};
    op.result.m[2] = {op.input.lane[2].size, int64_t{op.result.n.size} * 4};
    const Instruction instruction{{}, op};
    pair.memory.multiply(op, pair.memory.sources_of(instruction));
    pair.executor.execute(instruction);
    INFO((many_rows ? "many rows" : "many columns"));
    CHECK(pair.agree_on(instruction));
  }
}
