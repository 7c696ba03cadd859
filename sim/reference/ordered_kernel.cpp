#include "sim/reference/ordered_kernel.h"

#include <algorithm>
#include <cstring>

namespace systole {
namespace {

/// Chunks whose weights stay in the first-level cache while all rows of a block take them.
constexpr uint32_t kBlockChunks = 8;

template <class T>
struct Lane {
  typedef T Vector __attribute__((vector_size(kKernelLane * sizeof(T))));
};

/// The pairwise sum of `kStep` products of an output each.
template <uint32_t kStep, class T, class Vector>
SYSTOLE_INLINE void pairwise(const T* a, const T* b, uint32_t cols, Vector& sum) {
  if constexpr (kStep == 1) {
    Vector weight;
    std::memcpy(&weight, b, sizeof weight);
    sum = *a * weight;
  } else {
    Vector second;
    pairwise<kStep / 2>(a, b, cols, sum);
    pairwise<kStep / 2>(a + kStep / 2, b + kStep / 2 * cols, cols, second);
    sum = sum + second;
  }
}

/// kRows x kVectors lanes of outputs, whose sums lie in registers from the first chunk to the last.
template <uint32_t kStep, uint32_t kRows, uint32_t kVectors, class T>
SYSTOLE_INLINE void tile(uint32_t chunks, uint32_t cols, const T* input, const T* weight, T* sums) {
  constexpr uint32_t kChunk = kStep < 8 ? 8 : kStep;
  typename Lane<T>::Vector sum[kRows][kVectors];
  for (uint32_t r = 0; r < kRows; ++r) std::memcpy(sum[r], sums + r * cols, sizeof sum[r]);
  for (uint32_t chunk = 0; chunk < chunks; ++chunk, input += kKernelRows * kChunk, weight += kChunk * cols) {
    for (uint32_t k = 0; k < kChunk; k += kStep) {
#pragma GCC unroll 4
      for (uint32_t v = 0; v < kVectors; ++v) {
#pragma GCC unroll 4
        for (uint32_t r = 0; r < kRows; ++r) {
          typename Lane<T>::Vector products;
          pairwise<kStep>(input + r * kChunk + k, weight + k * cols + v * kKernelLane, cols, products);
          sum[r][v] = sum[r][v] + products;
        }
      }
    }
  }
  for (uint32_t r = 0; r < kRows; ++r) std::memcpy(sums + r * cols, sum[r], sizeof sum[r]);
}

template <uint32_t kStep, uint32_t kRows, uint32_t kVectors, class T>
SYSTOLE_INLINE void body(const KernelShape& shape, const T* __restrict input, const T* __restrict weight,
                         T* __restrict sums) {
  static_assert(kKernelRows % kRows == 0);
  constexpr uint32_t kChunk = kStep < 8 ? 8 : kStep;
  const uint32_t cols = shape.cols;
  for (uint32_t chunk = 0; chunk < shape.chunks; chunk += kBlockChunks) {
    const uint32_t chunks = std::min(kBlockChunks, shape.chunks - chunk);
    const T* b = weight + uint64_t{chunk} * kChunk * cols;
    for (uint32_t row = 0; row < shape.rows; row += kRows) {
      const T* a = input + (uint64_t{chunk} * kKernelRows + row) * kChunk;
      uint32_t col = 0;
      for (; col + kVectors * kKernelLane <= cols; col += kVectors * kKernelLane)
        tile<kStep, kRows, kVectors>(chunks, cols, a, b + col, sums + row * cols + col);
      for (; kVectors > 1 && col < cols; col += kKernelLane)
        tile<kStep, kRows, 1>(chunks, cols, a, b + col, sums + row * cols + col);
    }
  }
}

// What fits the registers of each width: of AVX-512 32 of one lane each, of AVX2 16 of half a lane.
#define SYSTOLE_KERNEL(name, T, step)                                                            \
  SYSTOLE_AVX512 void name##_avx512(const KernelShape& shape, const T* a, const T* b, T* sums) { \
    body<step, 4, (step) <= 4 ? 4 : 1>(shape, a, b, sums);                                       \
  }                                                                                              \
  SYSTOLE_AVX2 void name##_avx2(const KernelShape& shape, const T* a, const T* b, T* sums) {     \
    body<step, (step) <= 4 ? 4 : 1, 1>(shape, a, b, sums);                                       \
  }                                                                                              \
  void name##_plain(const KernelShape& shape, const T* a, const T* b, T* sums) {                 \
    body<step, (step) == 1 ? 2 : 1, 1>(shape, a, b, sums);                                       \
  }                                                                                              \
  void name(const KernelShape& shape, const T* a, const T* b, T* sums, HostVectors vectors) {    \
    (vectors == HostVectors::avx512 ? name##_avx512                                              \
     : vectors == HostVectors::avx2 ? name##_avx2                                                \
                                    : name##_plain)(shape, a, b, sums);                          \
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

void accumulate(const KernelShape& shape, const float* input, const float* weight, float* sums,
                HostVectors vectors) {
  switch (shape.step) {
    case 1:
      return step1(shape, input, weight, sums, vectors);
    case 2:
      return step2(shape, input, weight, sums, vectors);
    case 4:
      return step4(shape, input, weight, sums, vectors);
    case 8:
      return step8(shape, input, weight, sums, vectors);
    case 16:
      return step16(shape, input, weight, sums, vectors);
    case 32:
      return step32(shape, input, weight, sums, vectors);
    default:
      return step64(shape, input, weight, sums, vectors);
  }
}

void accumulate(const KernelShape& shape, const uint32_t* input, const uint32_t* weight, uint32_t* sums,
                HostVectors vectors) {
  integers(shape, input, weight, sums, vectors);
}

}  // namespace systole
