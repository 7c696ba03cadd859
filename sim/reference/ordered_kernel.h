#pragma once
// The inner loop of the ordered reference: a block of outputs, all its products in order.
#include <cstdint>

#include "models/clones.h"

namespace systole {

inline constexpr uint32_t kKernelRows = 16;  ///< gemm.m of a block
inline constexpr uint32_t kKernelCols = 64;  ///< gemm.n of a block
inline constexpr uint32_t kKernelLane = 16;  ///< `cols` is a multiple of it

/// sums[row][col] += products of `chunks` chunks of `chunk` products, in order; `step` products (a power of
/// two that divides `chunk`) are first summed pairwise. input [chunk][kKernelRows][products], weight
/// [chunk][products][cols], sums [kKernelRows][cols]. A product is rounded before it is added. Rows from
/// `rows` on may be summed or not. Every width of registers gives the same bits.
struct KernelShape {
  uint32_t step, chunk, chunks, rows, cols;
};
void accumulate(const KernelShape& shape, const float* input, const float* weight, float* sums,
                HostVectors vectors = host_vectors());

/// The same modulo 2^32, where order does not matter: chunks of 8.
void accumulate(const KernelShape& shape, const uint32_t* input, const uint32_t* weight, uint32_t* sums,
                HostVectors vectors = host_vectors());

}  // namespace systole
