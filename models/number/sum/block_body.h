#pragma once
// The inner loop of whole MatMuls, written once for every rule, format and MMA depth: a tile of rows and
// panels keeps its sums in registers along all of k.
#include <algorithm>

#include "models/clones.h"
#include "models/number/sum/step_body.h"

namespace systole {

/// All of k for kRows rows of kPanels panels.
template <class Steps, class T, uint32_t kDepth, uint32_t kLanes, uint32_t kRows, uint32_t kPanels>
SYSTOLE_INLINE void block_tile(const BlockArgs& a, const T* x, const Lane* y, Lane* dst) {
  constexpr uint32_t kInPanel = kBlockLanes / kLanes, kVectors = kPanels * kInPanel;
  const uint32_t depth = kDepth == 0 ? a.depth : kDepth;
  for (uint64_t group = 0; group < a.groups; ++group) {
    for (uint64_t first = 0; first < a.group_steps; first += a.sum_steps) {
      Lanes<T, kLanes> sums[kRows][kVectors] = {};
      for (uint32_t r = 0; r < kRows; ++r) {
        for (uint32_t v = 0; v < kVectors; ++v) {
          // Minus zero changes no sum.
          sums[r][v] = a.running ? lanes_at<T, kLanes>(dst + r * a.dst_stride + v * kLanes) : -sums[r][v];
        }
      }
      const uint64_t steps = std::min(a.sum_steps, a.group_steps - first);
      for (uint64_t s = 0; s < steps; ++s, x += depth, y += depth * kBlockLanes) {
#pragma GCC unroll 4
        for (uint32_t v = 0; v < kVectors; ++v) {
          const Lane* lanes = y + v / kInPanel * a.y_panel_stride + v % kInPanel * kLanes;
#pragma GCC unroll 4
          for (uint32_t r = 0; r < kRows; ++r) {
            Steps::template add<T, kDepth, kLanes>(x + r * a.x_row_stride, lanes, depth, sums[r][v]);
          }
        }
      }
      for (uint32_t r = 0; r < kRows; ++r) {
        for (uint32_t v = 0; v < kVectors; ++v) {
          auto* to = reinterpret_cast<Lanes<T, kLanes>*>(dst + r * a.dst_stride + v * kLanes);
          *to = a.running ? sums[r][v] : *to + sums[r][v];
        }
      }
    }
  }
}

/// All rows of kPanels panels, kRows at a time.
template <class Steps, class T, uint32_t kDepth, uint32_t kLanes, uint32_t kRows, uint32_t kPanels>
SYSTOLE_INLINE void block_rows(const BlockArgs& a, uint32_t panel) {
  const T* x = reinterpret_cast<const T*>(a.x);
  const Lane* y = a.y + panel * a.y_panel_stride;
  Lane* dst = a.dst + panel * kBlockLanes;
  uint64_t row = 0;
  for (; row + kRows <= a.rows; row += kRows, x += kRows * a.x_row_stride, dst += kRows * a.dst_stride) {
    block_tile<Steps, T, kDepth, kLanes, kRows, kPanels>(a, x, y, dst);
  }
  for (; row < a.rows; ++row, x += a.x_row_stride, dst += a.dst_stride) {
    block_tile<Steps, T, kDepth, kLanes, 1, kPanels>(a, x, y, dst);
  }
}

/// kRows x kPanels panels of registers of kLanes lanes: what an instruction set has room for.
template <class Steps, class T, uint32_t kDepth, uint32_t kLanes, uint32_t kRows, uint32_t kPanels>
SYSTOLE_INLINE void block_body(const BlockArgs& args) {
  constexpr bool kInRegisters = kDepth != 0 || Steps::kOneByOne;
  constexpr uint32_t kTileRows = kInRegisters ? kRows : 1, kTilePanels = kInRegisters ? kPanels : 1;
  const BlockArgs a = args;
  uint32_t panel = 0;
  for (; panel + kTilePanels <= a.panels; panel += kTilePanels) {
    block_rows<Steps, T, kDepth, kLanes, kTileRows, kTilePanels>(a, panel);
  }
  for (; panel < a.panels; ++panel) block_rows<Steps, T, kDepth, kLanes, kTileRows, 1>(a, panel);
}

/// A kernel for each width of registers, and the choice between them.
#define SYSTOLE_BLOCK_KERNEL(Steps, T, name, depth)                                                   \
  SYSTOLE_AVX512 void name##_avx512(const BlockArgs& a) { block_body<Steps, T, depth, 16, 4, 4>(a); } \
  SYSTOLE_AVX2 void name##_avx2(const BlockArgs& a) { block_body<Steps, T, depth, 8, 4, 1>(a); }      \
  void name##_plain(const BlockArgs& a) { block_body<Steps, T, depth, 4, 2, 1>(a); }                  \
  BlockKernel name(HostVectors width) {                                                               \
    return width == HostVectors::avx512 ? name##_avx512                                               \
           : width == HostVectors::avx2 ? name##_avx2                                                 \
                                        : name##_plain;                                               \
  }

#define SYSTOLE_BLOCK_KERNELS(Steps, T)                  \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_1, 1)             \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_2, 2)             \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_4, 4)             \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_8, 8)             \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_16, 16)           \
  SYSTOLE_BLOCK_KERNEL(Steps, T, block_any, 0)           \
  BlockKernel block(uint32_t depth, HostVectors width) { \
    switch (depth) {                                     \
      case 1:                                            \
        return block_1(width);                           \
      case 2:                                            \
        return block_2(width);                           \
      case 4:                                            \
        return block_4(width);                           \
      case 8:                                            \
        return block_8(width);                           \
      case 16:                                           \
        return block_16(width);                          \
      default:                                           \
        return block_any(width);                         \
    }                                                    \
  }

}  // namespace systole
