#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "models/isa.h"
#include "models/number/sum/rule.h"

namespace systole {

/// Operands hop one PE a cycle, or lie on row and column buses.
enum class Interconnect : uint8_t { systolic, broadcast };

/// `block`: an instruction's values are computed when it is issued; time passes without them, by stretches.
/// `exact`: every PE's registers and every byte move in every cycle. Same results, counters and cycles; exact
/// is slower.
enum class Stepping : uint8_t { block, exact };

/// A fraction of whole numbers, in lowest terms.
struct MmaRate {
  uint8_t num = 1, den = 1;
  bool operator==(const MmaRate& o) const { return num == o.num && den == o.den; }
};

template <class T>
constexpr std::array<T, kFormatCount> for_every_format(const T& value) {
  std::array<T, kFormatCount> all{};
  for (T& one : all) one = value;
  return all;
}

/// When an MMA unit takes steps and has their sums, in cycles. A set is one step of k of all accumulator
/// blocks that a PE works on, one after the other.
struct MmaTiming {
  uint32_t latency = 1;     ///< 1..64: from operands to sum, the accumulate included
  uint32_t interval = 1;    ///< 1..64: from step to step
  uint32_t accumulate = 1;  ///< 1..64: from a step to the next one on the same accumulator block
  uint32_t set_gap = 0;  ///< 0..64: by which the sum of a set's last step is later than those of the others
  uint32_t drain = 0;    ///< 0..64: from the last sum of a fold until its results can leave the unit

  /// From a set's first step to that of the next one, which goes on with its sums: the last block's is the
  /// latest.
  uint64_t set_cycles(uint64_t blocks) const {
    return std::max<uint64_t>(blocks * interval, accumulate + set_gap);
  }
  /// From a fold's last step until its results can leave.
  uint32_t end_latency() const { return latency + set_gap + drain; }
  bool operator==(const MmaTiming& o) const {
    return latency == o.latency && interval == o.interval && accumulate == o.accumulate &&
           set_gap == o.set_gap && drain == o.drain;
  }
};

/// What one instruction works on, in elements of the gemm: a multiple of what all PEs do in a step.
struct MmaInstruction {
  uint32_t m = 0, n = 0, k = 0;  ///< 0: as much as all PEs do in a step
};

/// One PE's matrix unit: D(m x n) += A(m x k) * B(k x n) a step.
struct MmaParams {
  uint32_t m = 1, n = 1, k = 1;                                                ///< 1..64 each
  uint32_t latency = 1, interval = 1, accumulate = 1, set_gap = 0, drain = 0;  ///< see MmaTiming
  MmaInstruction instruction = {};
  uint32_t warps = 1;  ///< 1..64: instructions that a fold holds side by side along the rows, steps in turn
  /// How products are summed, and how many a step takes relative to k, by the wider of the operands' formats.
  std::array<std::optional<Summation>, kFormatCount> sum = for_every_format(std::optional(Summation()));
  std::array<MmaRate, kFormatCount> rate = {};

  uint64_t macs() const { return uint64_t{m} * n * k; }  ///< of formats whose rate is 1
  std::optional<Summation> summation(const ProductFormats& formats) const {
    return sum[static_cast<int>(formats.wider_operand())];
  }
  MmaTiming timing() const { return {latency, interval, accumulate, set_gap, drain}; }
  /// Whether sums have to stay in a PE: those that run down the columns are added in one cycle, a block a PE.
  bool keeps_sums() const {
    return accumulate > 1 || set_gap > 0 || drain > 0 || instruction.m > 0 || instruction.n > 0 ||
           instruction.k > 0 || warps > 1;
  }
  /// Steps of k in an instruction.
  uint32_t instruction_steps() const { return std::max(1U, instruction.k / k); }
  /// Products that a step sums into each result.
  uint32_t depth(const ProductFormats& formats) const { return depth(formats.wider_operand()); }
  uint32_t depth(Format wider) const {
    const MmaRate& r = rate[static_cast<int>(wider)];
    return k * r.num / r.den;
  }
};

struct PeArrayParams {
  uint32_t rows = 16, cols = 16;  ///< PEs, 1..1024 each
  Dataflow dataflow = Dataflow::output_stationary;
  Interconnect interconnect = Interconnect::systolic;
  bool overlap = true;  ///< second register set: a fold's fill hides under its predecessor
  MmaParams mma;
  /// Of products that a step takes mma.k of.
  uint64_t peak_macs_per_cycle() const { return uint64_t{rows} * cols * mma.macs(); }
  /// The array as products of these formats find it: mma.k is the depth of their steps.
  PeArrayParams taking(const ProductFormats& formats) const {
    PeArrayParams array = *this;
    array.mma.k = mma.depth(formats);
    array.mma.instruction.k = mma.instruction.k / mma.k * array.mma.k;
    array.mma.rate = {};
    return array;
  }
};

/// Blocks that a PE holds of an instruction, along a dimension of which it does `elements` and all PEs `step`
/// in a step.
constexpr uint32_t instruction_blocks(uint32_t elements, uint64_t step) {
  return elements < step ? 1 : static_cast<uint32_t>(elements / step);
}

/// The generator of the input's addresses where they are computed (Indexing::computed).
struct FeederParams {
  uint32_t index_rate = 0;  ///< addresses a cycle, up to 1048576; 0: as many as the ports of a step want
};

/// Accumulators at the foot of each column; one entry holds one PE's result block.
struct AccumulatorParams {
  uint32_t entries = 1024;  ///< per column, 0..1048576
};

struct VectorUnitParams {
  uint32_t lanes = 16;          ///< elements a cycle, 1..4096
  uint32_t registers = 512;     ///< 32-bit registers a lane, for lane programs, 16..4096
  uint32_t special_cycles = 4;  ///< of a reciprocal, root, power, logarithm or table lookup, 1..64
};

}  // namespace systole
