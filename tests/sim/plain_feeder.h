#pragma once
// A feeder in the plainest form: ports that are told their elements one by one.
#include <cstdint>
#include <vector>

#include "models/isa.h"
#include "models/memory/params.h"

namespace systole::test {

/// A walk through an operand, and the buffer that it lies in.
struct WalkCase {
  OperandView view;
  BufferParams buffer;
  uint32_t depth = 1, lanes_per_step = 1;
  bool flatten = true, along_k = true;
  uint64_t begin = 0, lanes = 1, k_begin = 0, k_count = 1;
  uint64_t first = 0, end = 0;  ///< the bytes that the operand takes
};

/// What a feeder does in one step.
struct Step {
  std::vector<uint32_t> banks;  ///< of the words that it opens, ascending
  uint64_t elements = 0, exponents = 0;
  uint64_t exponent_accesses = 0;  ///< of the words, those opened for exponents
};

/// Of every step of the walk. Throws std::logic_error where it leaves its buffer.
std::vector<Step> steps_of(const WalkCase& walk);

}  // namespace systole::test
