#pragma once
#include <cstdint>

#include "models/isa.h"

namespace systole {

/// Operands hop one PE a cycle, or lie on row and column buses.
enum class Interconnect : uint8_t { systolic, broadcast };

/// `block`: an instruction's values are computed when it is issued; time passes without them, by stretches.
/// `exact`: every PE's registers and every byte move in every cycle. Same results, counters and cycles; exact
/// is slower.
enum class Stepping : uint8_t { block, exact };

/// One PE's matrix unit: D(m x n) += A(m x k) * B(k x n) a cycle.
struct MmaParams {
  uint32_t m = 1, n = 1, k = 1;  ///< 1..64 each
  uint32_t latency = 1;          ///< cycles, 1..64: multiplier pipeline and the one-cycle accumulate
  uint64_t macs() const { return uint64_t{m} * n * k; }
};

struct PeArrayParams {
  uint32_t rows = 16, cols = 16;  ///< PEs, 1..1024 each
  Dataflow dataflow = Dataflow::output_stationary;
  Interconnect interconnect = Interconnect::systolic;
  bool overlap = true;  ///< second register set: a fold's fill hides under its predecessor
  MmaParams mma;
  uint64_t peak_macs_per_cycle() const { return uint64_t{rows} * cols * mma.macs(); }
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
  uint32_t lanes = 16;       ///< elements a cycle, 1..4096
  uint32_t registers = 512;  ///< 32-bit registers a lane, for lane programs, 16..4096
};

}  // namespace systole
