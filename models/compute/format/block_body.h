#pragma once
// The inner loop of whole MatMuls, written once for every format and MMA depth: a tile of rows and panels
// keeps its sums in registers along all of k.
#include <cstring>

#include "models/clones.h"
#include "models/compute/format/step_body.h"

namespace systole {

inline constexpr std::size_t kPanelBytes = kBlockLanes * sizeof(Lane);

/// A panel's lanes side by side; T as in step_body.
template <class T>
struct PanelOf {
  typedef T Type __attribute__((vector_size(kPanelBytes), aligned(sizeof(Lane)), may_alias));
};

/// to = pairwise sum of the products of x[0, kDepth) with the panel's rows.
template <class T, uint32_t kDepth>
SYSTOLE_INLINE void panel_products(const T* x, const typename PanelOf<T>::Type* y,
                                   typename PanelOf<T>::Type& to) {
  if constexpr (kDepth == 1) {
    to = *x * *y;
  } else {
    typename PanelOf<T>::Type second;
    panel_products<T, kDepth / 2>(x, y, to);
    panel_products<T, kDepth / 2>(x + kDepth / 2, y + kDepth / 2, second);
    to = to + second;
  }
}

/// The same of a depth known at run time only.
template <class T>
SYSTOLE_INLINE void panel_products_any(const T* x, const typename PanelOf<T>::Type* y, uint32_t depth,
                                       typename PanelOf<T>::Type& to) {
  typename PanelOf<T>::Type products[kMaxDepth];
  products[0] = x[0] * y[0];
  for (uint32_t z = 1; z < depth; ++z) products[z] = x[z] * y[z];
  for (uint32_t n = depth; n > 1; n = n / 2 + n % 2) {
    for (uint32_t i = 0; i < n / 2; ++i) products[i] = products[2 * i] + products[2 * i + 1];
    if (n % 2 != 0) products[n / 2] = products[n - 1];
  }
  to = products[0];
}

/// All of k for kRows rows of kPanels panels.
template <class T, uint32_t kDepth, uint32_t kRows, uint32_t kPanels>
SYSTOLE_INLINE void block_tile(const BlockArgs& a, const T* x, const Lane* y, Lane* dst) {
  using Panel = typename PanelOf<T>::Type;
  const uint32_t depth = kDepth == 0 ? a.depth : kDepth;
  for (uint64_t group = 0; group < a.groups; ++group) {
    for (uint64_t first = 0; first < a.group_steps; first += a.sum_steps) {
      Panel sums[kRows][kPanels] = {};
      for (uint32_t r = 0; r < kRows; ++r) {
        for (uint32_t p = 0; p < kPanels; ++p) {
          const auto* from = reinterpret_cast<const Panel*>(dst + r * a.dst_stride + p * kBlockLanes);
          sums[r][p] = a.running ? *from : -Panel{};  // minus zero: it changes no sum
        }
      }
      const uint64_t steps = std::min(a.sum_steps, a.group_steps - first);
      for (uint64_t s = 0; s < steps; ++s, x += depth, y += depth * kBlockLanes) {
#pragma GCC unroll 4
        for (uint32_t p = 0; p < kPanels; ++p) {
          const auto* panel = reinterpret_cast<const Panel*>(y + p * a.y_panel_stride);
#pragma GCC unroll 4
          for (uint32_t r = 0; r < kRows; ++r) {
            Panel products;
            if constexpr (kDepth == 0) {
              panel_products_any<T>(x + r * a.x_row_stride, panel, depth, products);
            } else {
              panel_products<T, kDepth>(x + r * a.x_row_stride, panel, products);
            }
            sums[r][p] = sums[r][p] + products;
          }
        }
      }
      for (uint32_t r = 0; r < kRows; ++r) {
        for (uint32_t p = 0; p < kPanels; ++p) {
          auto* to = reinterpret_cast<Panel*>(dst + r * a.dst_stride + p * kBlockLanes);
          *to = a.running ? sums[r][p] : *to + sums[r][p];
        }
      }
    }
  }
}

/// All rows of kPanels panels, kRows at a time.
template <class T, uint32_t kDepth, uint32_t kRows, uint32_t kPanels>
SYSTOLE_INLINE void block_rows(const BlockArgs& a, uint32_t panel) {
  const T* x = reinterpret_cast<const T*>(a.x);
  const Lane* y = a.y + panel * a.y_panel_stride;
  Lane* dst = a.dst + panel * kBlockLanes;
  uint64_t row = 0;
  for (; row + kRows <= a.rows; row += kRows, x += kRows * a.x_row_stride, dst += kRows * a.dst_stride) {
    block_tile<T, kDepth, kRows, kPanels>(a, x, y, dst);
  }
  for (; row < a.rows; ++row, x += a.x_row_stride, dst += a.dst_stride) {
    block_tile<T, kDepth, 1, kPanels>(a, x, y, dst);
  }
}

/// kRows x kPanels: what fits into the registers of an instruction set.
template <class T, uint32_t kDepth, uint32_t kRows, uint32_t kPanels>
SYSTOLE_INLINE void block_body(const BlockArgs& args) {
  constexpr uint32_t kTileRows = kDepth == 0 ? 1 : kRows, kTilePanels = kDepth == 0 ? 1 : kPanels;
  const BlockArgs a = args;
  uint32_t panel = 0;
  for (; panel + kTilePanels <= a.panels; panel += kTilePanels) {
    block_rows<T, kDepth, kTileRows, kTilePanels>(a, panel);
  }
  for (; panel < a.panels; ++panel) block_rows<T, kDepth, kTileRows, 1>(a, panel);
}

/// A kernel for machines with 32 registers of 64 bytes, and one for all others.
#define SYSTOLE_BLOCK_KERNEL(T, name, depth)                                                      \
  SYSTOLE_WIDE void name##_wide(const BlockArgs& a) { block_body<T, depth, 4, 4>(a); }            \
  SYSTOLE_NARROW_CLONES void name##_narrow(const BlockArgs& a) { block_body<T, depth, 4, 1>(a); } \
  void name(const BlockArgs& a) { has_wide_registers() ? name##_wide(a) : name##_narrow(a); }

#define SYSTOLE_BLOCK_KERNELS(T)        \
  SYSTOLE_BLOCK_KERNEL(T, block_1, 1)   \
  SYSTOLE_BLOCK_KERNEL(T, block_2, 2)   \
  SYSTOLE_BLOCK_KERNEL(T, block_4, 4)   \
  SYSTOLE_BLOCK_KERNEL(T, block_8, 8)   \
  SYSTOLE_BLOCK_KERNEL(T, block_any, 0) \
  BlockKernel block(uint32_t depth) {   \
    switch (depth) {                    \
      case 1:                           \
        return block_1;                 \
      case 2:                           \
        return block_2;                 \
      case 4:                           \
        return block_4;                 \
      case 8:                           \
        return block_8;                 \
      default:                          \
        return block_any;               \
    }                                   \
  }

}  // namespace systole
