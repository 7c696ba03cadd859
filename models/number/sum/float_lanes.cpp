#include "models/number/sum/float_lanes.h"

namespace systole {

void add_floats(Lane* total, const Lane* part, std::size_t n) {
  auto* t = reinterpret_cast<FloatLane*>(total);
  const auto* p = reinterpret_cast<const FloatLane*>(part);
  for (std::size_t i = 0; i < n; ++i) t[i] = t[i] + p[i];
}

SYSTOLE_CLONES void canonicalize_floats(Lane* results, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const bool nan = (results[i] & 0x7FFFFFFFU) > 0x7F800000U;
    results[i] = nan ? kFp32Nan : results[i];
  }
}

}  // namespace systole
