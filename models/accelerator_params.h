#pragma once
#include <array>
#include <cstdint>

#include "models/compute/params.h"
#include "models/memory/params.h"

namespace systole {

/// Everything the machine is built from. Validated by sim/config before any module exists.
struct AcceleratorParams {
  uint64_t clock_khz = 1000000;  ///< core clock, 1 MHz .. 20 GHz
  PeArrayParams pe_array;
  FeederParams feeder;
  AccumulatorParams accumulators;
  std::array<BufferParams, 3> buffers;  ///< indexed by Space: input, weight, output
  DmaParams dma;
  VectorUnitParams vector_unit;
  DramParams dram;
};

}  // namespace systole
