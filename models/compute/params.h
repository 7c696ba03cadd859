#pragma once
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

/// One PE's matrix unit: D(m x n) += A(m x k) * B(k x n) a cycle.
struct MmaParams {
  uint32_t m = 1, n = 1, k = 1;  ///< 1..64 each
  uint32_t latency = 1;          ///< cycles, 1..64: multiplier pipeline and the one-cycle accumulate
  /// How products are summed, and how many a step takes relative to k, by the wider of the operands' formats.
  std::array<std::optional<Summation>, kFormatCount> sum = for_every_format(std::optional(Summation()));
  std::array<MmaRate, kFormatCount> rate = {};

  uint64_t macs() const { return uint64_t{m} * n * k; }  ///< of formats whose rate is 1
  std::optional<Summation> summation(const ProductFormats& formats) const {
    return sum[static_cast<int>(formats.wider_operand())];
  }
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
    array.mma.rate = {};
    return array;
  }
};

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
