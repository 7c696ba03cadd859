#pragma once
// A layer as the lowering and the references see it: `groups` independent gemms m x n x k whose input operand
// is a convolution window. A plain gemm is the window of a 1x1 filter over a row of Q = m pixels.
#include <cstdint>

#include "models/compute/format/format.h"
#include "sim/workload/layer.h"

namespace systole {

/// Strides are in elements of the tensor, as it lies in DRAM.
struct Problem {
  uint32_t groups = 1, N = 1, P = 1, Q = 1, C = 1, R = 1, S = 1, M = 1;  ///< C and M per group
  uint32_t H = 1, W = 1;
  uint32_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0;
  struct {
    uint64_t group, image, row, pixel, channel;
  } input;
  struct {
    uint64_t group, filter, r, s, channel;
  } weight;
  struct {
    uint64_t group, image, row, pixel, channel;
  } output;
  Format format = Format::fp32;
  bool bias = false, relu = false, has_scale = false;
  float scale = 1.0F;

  uint64_t gemm_m() const { return uint64_t{N} * P * Q; }
  uint64_t gemm_n() const { return M; }
  uint64_t gemm_k() const { return uint64_t{C} * R * S; }
  uint64_t macs() const { return groups * gemm_m() * gemm_n() * gemm_k(); }
  uint64_t input_elements() const { return input_count; }
  uint64_t weight_elements() const { return groups * gemm_n() * gemm_k(); }
  uint64_t bias_elements() const {
    return bias ? uint64_t{groups} * M : 0;
  }  ///< accumulator format, [group][M]
  uint64_t output_elements() const { return groups * gemm_m() * gemm_n(); }
  uint32_t operand_bytes() const { return traits_of(format).operand_bytes; }
  /// The vector unit passes over every output.
  bool has_post_ops() const { return bias || relu || has_scale; }
  bool requantize() const { return format == Format::int8 && has_scale; }
  uint32_t output_bytes() const { return requantize() ? 1 : 4; }
  uint64_t input_count = 0;
};

Problem make_problem(const Layer& layer);

}  // namespace systole
