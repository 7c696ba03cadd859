#pragma once
// Lanes side by side in a register of the host.
#include <cstdint>

#include "models/clones.h"
#include "models/number/sum/arithmetic.h"

namespace systole {

inline constexpr uint32_t kMaxDepth = 64;

/// kLanes lanes side by side in a register; T: the accumulator's type, allowed to alias Lane.
template <class T, uint32_t kLanes>
struct LanesOf {
  typedef T Type __attribute__((vector_size(kLanes * sizeof(T)), aligned(sizeof(T)), may_alias));
};
template <class T, uint32_t kLanes>
using Lanes = typename LanesOf<T, kLanes>::Type;

template <class T, uint32_t kLanes>
SYSTOLE_INLINE const Lanes<T, kLanes>& lanes_at(const Lane* lanes) {
  return *reinterpret_cast<const Lanes<T, kLanes>*>(lanes);
}

}  // namespace systole
