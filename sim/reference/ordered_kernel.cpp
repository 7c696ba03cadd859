#include "sim/reference/ordered_kernel.h"

#include "models/clones.h"

namespace systole {
namespace {

/// The pairwise sum of `kStep` products of one output.
template <uint32_t kStep, class T>
SYSTOLE_INLINE T pairwise(const T* a, const T* b, uint32_t cols) {
  if constexpr (kStep == 1) {
    return *a * *b;
  } else {
    return pairwise<kStep / 2>(a, b, cols) + pairwise<kStep / 2>(a + kStep / 2, b + kStep / 2 * cols, cols);
  }
}

template <uint32_t kStep, class T>
SYSTOLE_INLINE void body(const KernelShape& shape, const T* __restrict input, const T* __restrict weight,
                         T* __restrict sums) {
  constexpr uint32_t kChunk = kStep < 8 ? 8 : kStep;
  const uint32_t cols = shape.cols;
  for (uint32_t chunk = 0; chunk < shape.chunks; ++chunk, weight += kChunk * cols) {
    for (uint32_t row = 0; row < shape.rows; ++row) {
      const T* a = input + (chunk * kKernelRows + row) * kChunk;
      for (uint32_t col = 0; col < cols; col += kKernelLane) {
        const T* b = weight + col;
        T* sum = sums + row * cols + col;
        for (uint32_t lane = 0; lane < kKernelLane; ++lane) {
          T value = sum[lane];
#pragma GCC unroll 8
          for (uint32_t k = 0; k < kChunk; k += kStep) {
            value = value + pairwise<kStep>(a + k, b + k * cols + lane, cols);
          }
          sum[lane] = value;
        }
      }
    }
  }
}

// Clones go on plain functions only, so one is written out for every step.
#define SYSTOLE_KERNEL(name, type, step)                                                         \
  SYSTOLE_CLONES void name(const KernelShape& shape, const type* a, const type* b, type* sums) { \
    body<step>(shape, a, b, sums);                                                               \
  }
SYSTOLE_KERNEL(step1, float, 1)
SYSTOLE_KERNEL(step2, float, 2)
SYSTOLE_KERNEL(step4, float, 4)
SYSTOLE_KERNEL(step8, float, 8)
SYSTOLE_KERNEL(step16, float, 16)
SYSTOLE_KERNEL(step32, float, 32)
SYSTOLE_KERNEL(step64, float, 64)
SYSTOLE_KERNEL(integers, uint32_t, 1)
#undef SYSTOLE_KERNEL

}  // namespace

void accumulate(const KernelShape& shape, const float* input, const float* weight, float* sums) {
  switch (shape.step) {
    case 1:
      return step1(shape, input, weight, sums);
    case 2:
      return step2(shape, input, weight, sums);
    case 4:
      return step4(shape, input, weight, sums);
    case 8:
      return step8(shape, input, weight, sums);
    case 16:
      return step16(shape, input, weight, sums);
    case 32:
      return step32(shape, input, weight, sums);
    default:
      return step64(shape, input, weight, sums);
  }
}

void accumulate(const KernelShape& shape, const uint32_t* input, const uint32_t* weight, uint32_t* sums) {
  integers(shape, input, weight, sums);
}

}  // namespace systole
