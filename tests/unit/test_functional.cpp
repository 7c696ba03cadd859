// The executor against the plain interpreter, instruction by instruction, and what it refuses.
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "isa_interpreter.h"
#include "models/footprint.h"
#include "models/functional/executor.h"
#include "models/functional/transfer.h"

using namespace systole;
using namespace systole::test;

namespace {

constexpr uint64_t kBufferBytes = 1 << 17;
constexpr Dataflow kDataflows[] = {Dataflow::output_stationary, Dataflow::weight_stationary,
                                   Dataflow::input_stationary};

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

/// Why the executor refuses an instruction; else empty.
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

/// What a block kernel is to do, one element of the result after the other.
template <class T>
void add_plainly(const BlockArgs& a) {
  const auto number = [](const Lane& lane) {
    T value;
    std::memcpy(&value, &lane, sizeof value);
    return value;
  };
  std::vector<T> products(a.depth);
  for (uint64_t row = 0; row < a.rows; ++row) {
    for (uint64_t lane = 0; lane < uint64_t{a.panels} * kBlockLanes; ++lane) {
      const Lane* x = a.x + row * a.x_row_stride;
      const Lane* y = a.y + lane / kBlockLanes * a.y_panel_stride + lane % kBlockLanes;
      Lane& result = a.dst[row * a.dst_stride + lane];
      T total = number(result), sum{};
      for (uint64_t group = 0; group < a.groups; ++group) {
        uint64_t in_sum = 0;
        for (uint64_t step = 1; step <= a.group_steps; ++step, x += a.depth, y += a.depth * kBlockLanes) {
          for (uint32_t z = 0; z < a.depth; ++z) products[z] = number(x[z]) * number(y[z * kBlockLanes]);
          for (uint32_t n = a.depth; n > 1; n = n / 2 + n % 2) {  // neighbours first, an odd last one is kept
            for (uint32_t i = 0; i < n / 2; ++i) products[i] = products[2 * i] + products[2 * i + 1];
            if (n % 2 != 0) products[n / 2] = products[n - 1];
          }
          if (a.running) {
            total = total + products[0];
            continue;
          }
          sum = in_sum == 0 ? products[0] : sum + products[0];
          if (++in_sum != a.sum_steps && step != a.group_steps) continue;
          total = total + sum;
          in_sum = 0;
        }
      }
      std::memcpy(&result, &total, sizeof total);
    }
  }
}

/// Every kernel that the host can run against the plain loop; what lies between rows and panels is not
/// theirs.
void check_kernels(Format format, BlockArgs args) {
  std::mt19937 random(args.depth);
  const auto numbers = [&](std::size_t count) {
    std::vector<Lane> lanes(count);
    for (Lane& lane : lanes) {
      const auto value = static_cast<float>(static_cast<int32_t>(random() % 2001) - 1000) / 37.0F;
      lane = static_cast<Lane>(random());
      if (format == Format::fp32) std::memcpy(&lane, &value, sizeof lane);
    }
    return lanes;
  };
  const std::size_t elements = args.groups * args.group_steps * args.depth;
  args.x_row_stride = elements + 3;
  args.y_panel_stride = elements * kBlockLanes + 5;
  args.dst_stride = std::size_t{args.panels} * kBlockLanes + 7;
  const std::vector<Lane> x = numbers(args.rows * args.x_row_stride);
  const std::vector<Lane> y = numbers(args.panels * args.y_panel_stride);
  const std::vector<Lane> before = numbers(args.rows * args.dst_stride);
  args.x = x.data();
  args.y = y.data();
  std::vector<Lane> expected = before;
  args.dst = expected.data();
  format == Format::fp32 ? add_plainly<float>(args) : add_plainly<uint32_t>(args);
  for (HostVectors width : {HostVectors::plain, HostVectors::avx2, HostVectors::avx512}) {
    if (width > host_vectors()) break;
    std::vector<Lane> got = before;
    args.dst = got.data();
    kernels_of(format).block(args.depth, width)(args);
    INFO("width " << static_cast<int>(width));
    CHECK(got == expected);
  }
}

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
    // In planes, pixels follow each other from row to row: lanes lie side by side, padding or not.
    const bool planes = draw(0, 1) == 1;
    const int64_t tap = channels * bytes, pixel = planes ? bytes : tap, row = pixel * width;
    const int64_t channel = planes ? row * height : bytes;
    op.input.lane = {{{1, 0}, {height, row}, {width, pixel}}};
    op.input.k = {{{taps_y, row}, {taps_x, pixel}, {channels, channel}}};
    op.input.bound = {{{-1, 1, 1, static_cast<int32_t>(height)}, {-1, 1, 1, static_cast<int32_t>(width)}}};
    op.input.base = 4096 - row - pixel;
    op.weight.buffer = Space::weight;
    op.weight.lane[2] = {filters, int64_t{taps_y} * taps_x * tap};
    op.weight.k = {{{taps_y, taps_x * tap}, {taps_x, tap}, {channels, bytes}}};
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
    many.lane[2] = {100, 1};
    few.lane[2] = {2, 1000};
    many.k[2] = few.k[2] = {17000, many_rows ? 2 : 1};
    MatMul op;
    op.format = Format::int8;
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

TEST_CASE("kernels of each width of registers add as a plain loop does", "[functional]") {
  struct Sums {
    uint64_t groups, group_steps, sum_steps;
  };
  // The last sum of a group is short, or there is one alone.
  constexpr Sums kSums[] = {{1, 7, 3}, {2, 7, 3}, {3, 7, 4}, {2, 7, 9}};
  for (Format format : {Format::fp32, Format::int8, Format::int16, Format::int32}) {
    for (uint32_t depth : {1U, 2U, 3U, 4U, 8U, 16U}) {
      for (uint64_t rows : {1U, 4U, 7U}) {
        for (uint32_t panels : {1U, 4U, 5U}) {
          for (const Sums& s : kSums) {
            for (bool running : {false, true}) {
              INFO(traits_of(format).name << ", depth " << depth << ", " << rows << " rows, " << panels
                                          << " panels, " << s.groups << " groups, sums of " << s.sum_steps);
              check_kernels(format, {rows, s.groups, s.group_steps, s.sum_steps, running, depth, panels});
            }
          }
        }
      }
    }
  }
}

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
    op.input.base = op.weight.base = kLastOperand;
    op.result.base = kLastResult;
    CHECK(refusal(pair.executor, {{}, op}) == "");
    for (int64_t base : {int64_t{-4}, kLastOperand + 4}) {
      op = good;
      op.input.base = base;
      check_beyond(pair.executor, {{}, op}, "input");
      op = good;
      op.weight.base = base;
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
  VectorOp op;  // two rows of four
  op.format = Format::int8;
  op.has_bias = true;
  op.source.m[2] = {2, 16};
  op.source.n = {4, 4};
  op.target = op.source;
  constexpr int64_t kLast = kBufferBytes - 2 * 16, kLastBias = kBufferBytes - 16;
  op.source.base = op.target.base = kLast;
  op.bias_base = kLastBias;
  CHECK(refusal(pair.executor, {{}, op}) == "");
  op.source.base = kLast + 4;
  check_beyond(pair.executor, {{}, op}, "output");
  op.source.base = kLast;
  op.bias_base = kLastBias + 4;
  check_beyond(pair.executor, {{}, op}, "weight");
  op.bias_base = kLastBias;
  op.target.base = kLast + 4;
  op.target.buffer = Space::input;
  check_beyond(pair.executor, {{}, op}, "input");
  op.requantize = true;  // to bytes
  op.target.m[2].stride = 4;
  op.target.n.stride = 1;
  op.target.base = kBufferBytes - 8;
  CHECK(refusal(pair.executor, {{}, op}) == "");
  op.target.base = kBufferBytes - 7;
  check_beyond(pair.executor, {{}, op}, "input");
}

TEST_CASE("a lane program that reaches beyond a memory is refused, but not for its padding", "[functional]") {
  Pair pair(machine(4, 4, {}), Format::fp32, 1);
  LaneProgram copy;
  copy.registers = copy.inputs = 1;
  copy.outputs = {0};
  const std::vector<LaneTap> here(1), far = {{int64_t{1} << 20, 1, 0}};
  VectorKernel kernel;  // three items
  kernel.program = &copy;
  kernel.items[4] = 3;
  kernel.source.stride[4] = kernel.target.stride[4] = 4;
  kernel.source.taps = kernel.target.taps = &here;
  kernel.target.buffer = Space::output;
  constexpr int64_t kLast = kBufferBytes - 3 * 4;
  kernel.source.base = kernel.target.base = kLast;
  CHECK(refusal(pair.executor, {{}, kernel}) == "");
  kernel.source.base = kLast + 4;
  check_beyond(pair.executor, {{}, kernel}, "input");
  kernel.source.base = kLast;
  kernel.target.base = kLast + 4;
  check_beyond(pair.executor, {{}, kernel}, "output");

  kernel.source.taps = kernel.target.taps = &far;
  check_beyond(pair.executor, {{}, kernel}, "input");
  kernel.source.bound[0] = {0, 0, 1, 1};  // the tap's row is the first one outside
  check_beyond(pair.executor, {{}, kernel}, "output");
  kernel.target.bound[0] = {0, 0, 1, 1};
  CHECK(refusal(pair.executor, {{}, kernel}) == "");
}
