// The executor against the plain interpreter, instruction by instruction, and what it refuses.
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "isa_interpreter.h"
#include "models/footprint.h"
#include "models/functional/executor.h"
#include "models/functional/transfer.h"

using namespace systole;
using namespace systole::test;

namespace {

constexpr uint64_t kBufferBytes = 1 << 17;

AcceleratorParams machine(uint32_t rows, uint32_t cols, const MmaParams& mma) {
  AcceleratorParams params;
  params.pe_array.rows = rows;
  params.pe_array.cols = cols;
  params.pe_array.mma = mma;
  for (BufferParams& buffer : params.buffers) buffer.size = kBufferBytes;
  return params;
}

/// Both memories begin with the same numbers: of fp32 such as round in every sum.
struct Pair {
  Pair(const AcceleratorParams& params, Format format, uint32_t seed)
      : memory(params, kBufferBytes), image(params.buffers), executor(params, image) {
    image.reset(kBufferBytes);
    std::mt19937 random(seed);
    for (uint64_t at = 0; at < kBufferBytes; at += 4) {
      const auto value = static_cast<float>(static_cast<int32_t>(random() % 2001) - 1000) / 37.0F;
      const auto bits = static_cast<uint32_t>(random());
      std::memcpy(image.dram().data() + at, format == Format::fp32 ? static_cast<const void*>(&value) : &bits,
                  4);
    }
    memory.dram() = image.dram();
    for (Space space : {Space::input, Space::weight, Space::output}) {
      Move move;
      move.size[kBoxRank - 1] = kBufferBytes;
      move.to.space = space;
      transfer(move, image);
      memory.copy(move);
    }
  }

  /// The bytes that the instruction wrote in either memory.
  bool agree_on(const Instruction& instruction) {
    Bytes written;
    for (const Access& access : writes_of(instruction)) {
      for (const ByteRun& run : runs_of(access)) {
        const uint8_t* from = image.at(access.space, run.begin, static_cast<uint64_t>(run.end - run.begin));
        written.insert(written.end(), from, from + (run.end - run.begin));
      }
    }
    return written == memory.targets_of(instruction);
  }

  IsaMemory memory;
  MemoryImage image;
  Executor executor;
};

struct Sizes {
  uint32_t m, n, k;
};

MatMul gemm(const Sizes& size, Format format, Dataflow dataflow) {
  const int64_t bytes = traits_of(format).operand_bytes;
  MatMul op;
  op.format = format;
  op.dataflow = dataflow;
  op.input.lane[2] = {size.m, size.k * bytes};
  op.input.k[2] = {size.k, bytes};
  op.weight.buffer = Space::weight;
  op.weight.lane[2] = {size.n, bytes};  // lanes side by side
  op.weight.k[2] = {size.k, size.n * bytes};
  op.result.m[2] = {size.m, int64_t{size.n} * 4};
  op.result.n = {size.n, 4};
  return op;
}

Format format_of(uint32_t seed) { return static_cast<Format>(seed % kFormatCount); }

}  // namespace

TEST_CASE("chains of MatMuls of any shape, dataflow and format are summed as the array sums",
          "[functional]") {
  for (uint32_t seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const auto draw = [&](uint32_t low, uint32_t high) {
      return low + static_cast<uint32_t>(random()) % (high - low + 1);
    };
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
      op.input.base = static_cast<int64_t>(draw(0, 63)) * 4;
      op.weight.base = static_cast<int64_t>(draw(0, 63)) * 4;
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
    std::mt19937 random(seed + 1000);
    const auto draw = [&](uint32_t low, uint32_t high) {
      return low + static_cast<uint32_t>(random()) % (high - low + 1);
    };
    const AcceleratorParams params = machine(draw(1, 6), draw(1, 6), {draw(1, 2), draw(1, 2), draw(1, 5), 1});
    const Format format = format_of(seed);
    const int64_t bytes = traits_of(format).operand_bytes;
    const uint32_t height = draw(1, 9), width = draw(1, 9), channels = draw(1, 7), filters = draw(1, 40);
    const uint32_t taps_y = draw(1, 3), taps_x = draw(1, 3);
    Pair pair(params, format, seed);
    MatMul op;
    op.format = format;
    op.dataflow = static_cast<Dataflow>(draw(0, 2));
    op.flatten_k = draw(0, 1) == 1;
    const int64_t pixel = channels * bytes, row = pixel * width;
    op.input.lane = {{{1, 0}, {height, row}, {width, pixel}}};
    op.input.k = {{{taps_y, row}, {taps_x, pixel}, {channels, bytes}}};
    op.input.bound = {{{-1, 1, 1, static_cast<int32_t>(height)}, {-1, 1, 1, static_cast<int32_t>(width)}}};
    op.input.base = 4096 - row - pixel;
    op.weight.buffer = Space::weight;
    op.weight.lane[2] = {filters, int64_t{taps_y} * taps_x * pixel};
    op.weight.k = {{{taps_y, taps_x * pixel}, {taps_x, pixel}, {channels, bytes}}};
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

TEST_CASE("kernels of wide and of narrow registers give the same bits whatever the tile", "[functional]") {
  const uint32_t depths[] = {1, 2, 3, 4, 8};
  for (Format format : {Format::fp32, Format::int32}) {
    for (uint32_t depth : depths) {
      for (uint32_t rows : {1U, 4U, 7U}) {
        constexpr uint32_t kPanels = 5;
        const uint64_t steps = 11, elements = steps * depth, width = kPanels * kBlockLanes;
        std::mt19937 random(rows + depth);
        const auto number = [&] {
          const auto value = static_cast<float>(static_cast<int32_t>(random() % 2001) - 1000) / 37.0F;
          Lane lane;
          std::memcpy(&lane, &value, sizeof lane);
          return lane;
        };
        std::vector<Lane> x(rows * elements), y(kPanels * elements * kBlockLanes), all(rows * width), single;
        for (Lane& lane : x) lane = number();
        for (Lane& lane : y) lane = number();
        for (Lane& lane : all) lane = number();
        single = all;
        BlockArgs args;
        args.rows = rows;
        args.groups = 1;
        args.group_steps = steps;
        args.sum_steps = 4;
        args.depth = depth;
        args.panels = kPanels;
        args.x = x.data();
        args.y = y.data();
        args.dst_stride = width;
        args.x_row_stride = elements;
        args.y_panel_stride = elements * kBlockLanes;
        args.dst = all.data();
        const BlockKernel kernel = kernels_of(format).block(depth);
        kernel(args);
        args.rows = args.panels = 1;  // too little for any tile: one row of one panel
        for (uint32_t row = 0; row < rows; ++row) {
          for (uint32_t panel = 0; panel < kPanels; ++panel) {
            args.x = x.data() + row * elements;
            args.y = y.data() + panel * args.y_panel_stride;
            args.dst = single.data() + row * width + panel * kBlockLanes;
            kernel(args);
          }
        }
        CHECK(all == single);
      }
    }
  }
}

TEST_CASE("the executor refuses what reaches beyond a memory or takes up sums that are not there",
          "[functional]") {
  const AcceleratorParams params = machine(4, 4, {});
  Pair pair(params, Format::fp32, 1);
  const auto refused = [&](MatMul op, const char* why) {
    pair.executor.reset();
    CHECK_THROWS_WITH(pair.executor.execute({{}, op}), why);
  };
  const char* beyond = "an instruction reaches beyond its memory";
  MatMul op = gemm({4, 4, 8}, Format::fp32, Dataflow::output_stationary);
  op.input.base = kBufferBytes - 4 * 4 * 8 + 4;
  refused(op, beyond);
  op = gemm({4, 4, 8}, Format::fp32, Dataflow::weight_stationary);
  op.weight.base = -4;
  refused(op, beyond);
  op = gemm({4, 4, 8}, Format::fp32, Dataflow::weight_stationary);
  op.result.base = kBufferBytes - 4;
  refused(op, beyond);
  op = gemm({4, 4, 8}, Format::fp32, Dataflow::weight_stationary);
  op.psum_in = PsumSource::accumulators;
  refused(op, "a MatMul takes up sums of another size");
  op = gemm({4, 4, 8}, Format::fp32, Dataflow::output_stationary);
  op.indexing = Indexing::table;
  refused(op, "the index table and the input operand disagree");

  op = gemm({4, 4, 8}, Format::fp32, Dataflow::output_stationary);
  op.psum_out = PsumTarget::accumulators;
  pair.executor.reset();
  pair.executor.execute({{}, op});
  CHECK_THROWS_WITH(pair.executor.execute({{}, op}),
                    "a MatMul leaves its sums in the PEs and the next one does not take them up");

  Move move;
  move.size[kBoxRank - 1] = 8;
  move.from.base = kBufferBytes - 4;
  move.to.space = Space::input;
  CHECK_THROWS_WITH(pair.executor.execute({{}, Load{move}}), beyond);
}
