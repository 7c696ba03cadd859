#pragma once
// Numbers in byte arrays, and bounds, as the plain interpreter of programs reads them.
#include <cstring>

#include "models/isa.h"

namespace systole::test {

template <typename T>
inline T get(const uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename T>
inline void put(uint8_t* bytes, T value) {
  std::memcpy(bytes, &value, sizeof value);
}

inline bool inside(const Bound& bound, int64_t lane, int64_t k) {
  if (bound.limit == 0) return true;
  const int64_t at = int64_t{bound.origin} + lane * bound.lane_step + k * bound.k_step;
  return at >= 0 && at < bound.limit;
}

}  // namespace systole::test
