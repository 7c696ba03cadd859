#pragma once
// The integer formats differ in how an operand lies in memory; inside the array all are lanes of 32 bits.
#include <cstring>

#include "models/compute/format/step_body.h"

namespace systole {

/// Sums modulo 2^32 are those of int32 without its undefined overflow; lowering keeps what leaves in range.
StepKernel integer_step(bool systolic, uint32_t depth);
BlockKernel integer_block(uint32_t depth, HostVectors width);
void integer_add(Lane* total, const Lane* part, std::size_t n);
/// Integers have no NaN.
inline void integer_canonicalize(Lane*, std::size_t) {}

/// An operand that lies in memory as a T, with its sign extended.
template <class T>
SYSTOLE_INLINE Lane load_integer(const uint8_t* bytes) {
  T stored;
  std::memcpy(&stored, bytes, sizeof stored);
  return static_cast<Lane>(static_cast<int32_t>(stored));
}

}  // namespace systole
