#pragma once
#include <array>
#include <cstdint>

#include "models/kernel/time.h"

namespace systole {

/// A layer's part of a timeline: this, then its operations and its counters, bin after bin.
struct TimelinePart {
  uint64_t cycles = 0;
  Cycle begin = 0, end = 0;  ///< the cycles that were to be kept
  Cycle kept_end = 0;        ///< and those that are
  uint64_t bin_width = 1;    ///< cycles
};

/// Amounts in one bin.
struct CounterBin {
  uint64_t dram_read = 0, dram_write = 0;  ///< bytes
  uint64_t macs = 0;
  std::array<uint64_t, 4> array{};    ///< cycles: busy, fill_drain, wait_input, wait_output
  std::array<uint64_t, 3> buffers{};  ///< bytes times cycles
  double energy = 0;                  ///< in units of the energy table
};

}  // namespace systole
