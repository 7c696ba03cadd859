#pragma once
// Instructions for the machine's executor and for the plain interpreter, on memories with the same numbers.
#include <cstring>
#include <random>

#include "isa_interpreter.h"
#include "models/footprint.h"
#include "models/functional/executor.h"
#include "models/functional/transfer.h"

namespace systole::test {

inline constexpr uint64_t kBufferBytes = 1 << 17;
inline constexpr Dataflow kDataflows[] = {Dataflow::output_stationary, Dataflow::weight_stationary,
                                          Dataflow::input_stationary};

inline AcceleratorParams machine(uint32_t rows, uint32_t cols, const MmaParams& mma) {
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

inline MatMul gemm(const Sizes& size, Format format, Dataflow dataflow) {
  const int64_t bits = traits_of(format).bits;
  MatMul op;
  op.input.format = op.weight.format = format;
  op.accumulator = wide_format(traits_of(format).lane);
  op.dataflow = dataflow;
  op.input.lane[2] = {size.m, size.k * bits};
  op.input.k[2] = {size.k, bits};
  op.weight.buffer = Space::weight;
  op.weight.lane[2] = {size.n, bits};  // lanes side by side
  op.weight.k[2] = {size.k, size.n * bits};
  op.result.m[2] = {size.m, int64_t{size.n} * 4};
  op.result.n = {size.n, 4};
  return op;
}

/// Of those that the plain interpreter knows.
inline Format format_of(uint32_t seed) {
  constexpr Format kKnown[] = {Format::fp32, Format::int8, Format::int16, Format::int32};
  return kKnown[seed % 4];
}

/// Why the executor refuses an instruction; else empty.

}  // namespace systole::test
