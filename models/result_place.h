#pragma once
// Where the elements of a result view lie, relative to its base.
#include "models/isa.h"

namespace systole {

inline int64_t m_offset(const ResultView& view, uint64_t m) {
  if (m < view.m[2].size) return static_cast<int64_t>(m) * view.m[2].stride;
  const uint64_t inner = m % view.m[2].size, rest = m / view.m[2].size;
  return static_cast<int64_t>(rest / view.m[1].size) * view.m[0].stride +
         static_cast<int64_t>(rest % view.m[1].size) * view.m[1].stride +
         static_cast<int64_t>(inner) * view.m[2].stride;
}

inline int64_t n_offset(const ResultView& view, uint64_t n) {
  return static_cast<int64_t>(n) * view.n.stride;
}

/// Of an element numbered row after row, `columns` in a row.
inline uint64_t element_address(const ResultView& view, uint64_t index, uint64_t columns) {
  return static_cast<uint64_t>(view.base + m_offset(view, index / columns) + n_offset(view, index % columns));
}

}  // namespace systole
