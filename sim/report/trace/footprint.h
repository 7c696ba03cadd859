#pragma once
#include <cstdint>
#include <vector>

#include "models/accelerator_params.h"
#include "models/isa.h"

namespace systole {

/// The part of a buffer between an instruction's lowest and highest byte.
struct Area {
  Space buffer = Space::input;
  uint64_t begin = 0, end = 0;
  uint64_t bytes = 0;     ///< in use in it
  uint64_t accessed = 0;  ///< bytes moved in or out, what is read more than once counted so often
};

/// What an instruction reads from buffers, and writes to them; sums that it adds to are among the writes.
struct Footprint {
  std::vector<Area> reads, writes;
};

Footprint footprint_of(const Instruction& instruction, const AcceleratorParams& arch);

}  // namespace systole
