#pragma once
// A layer as the lowering and the references see it: `groups` independent gemms m x n x k whose input operand
// is a convolution window. A plain gemm is the window of a 1x1 filter over a row of Q = m pixels.
#include <cstdint>

#include "sim/workload/layer.h"
#include "sim/workload/post_ops.h"

namespace systole {

/// Strides are in elements of the tensor, as it lies in DRAM. A row of its innermost dimension begins at a
/// byte: where several elements share one, rows are as long as whole bytes of them.
struct Problem {
  uint32_t groups = 1, N = 1, P = 1, Q = 1, C = 1, R = 1, S = 1, M = 1;  ///< C and M per group
  uint32_t H = 1, W = 1;
  uint32_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0;
  struct InputStrides {
    uint64_t group, image, row, pixel, channel;
  } input;
  struct WeightStrides {
    uint64_t group, filter, r, s, channel;
  } weight;
  /// Of block-scaled operands: of their exponents, a byte a block, the channels counted in blocks; else
  /// zeros.
  InputStrides input_exponents{};
  WeightStrides weight_exponents{};
  struct {
    uint64_t group, image, row, pixel, channel;
  } output;
  LayerFormats formats;
  bool bias = false, has_scale = false, scale_by_channel = false;
  float scale = 1.0F, output_scale = 1.0F;
  Activation activation;
  ZeroPoints zero_point;

  uint64_t gemm_m() const { return uint64_t{N} * P * Q; }
  uint64_t gemm_n() const { return M; }
  uint64_t gemm_k() const { return uint64_t{C} * R * S; }
  uint64_t macs() const { return groups * gemm_m() * gemm_n() * gemm_k(); }
  uint64_t input_elements() const { return input_count; }  ///< with those that complete a row's last byte
  uint64_t weight_elements() const { return weight_count; }
  /// Numbers of 4 bytes for each output channel: its bias in the accumulator's format, its scale in fp32.
  uint32_t channel_numbers() const { return post_ops().channel_numbers(); }
  uint64_t bias_bytes() const {
    return uint64_t{groups} * M * channel_numbers() * 4;
  }  ///< [group][M][numbers]
  uint64_t output_elements() const { return groups * gemm_m() * gemm_n(); }
  uint32_t input_bits() const { return traits_of(formats.input).bits; }  ///< of an element
  uint32_t weight_bits() const { return traits_of(formats.weight).bits; }
  uint64_t input_bytes() const { return input_count * input_bits() / 8; }
  uint64_t weight_bytes() const { return weight_count * weight_bits() / 8; }
  /// The vector unit passes over every output.
  bool has_post_ops() const { return post_ops().any(); }
  PostOps post_ops() const {
    return {formats.accumulator, formats.output,    bias,      has_scale, scale_by_channel, scale,
            output_scale,        zero_point.output, activation};
  }
  /// Sums of integers become integers of fewer bits.
  bool requantize() const { return !formats.is_float() && formats.converts(); }
  uint32_t output_bytes() const { return traits_of(formats.output).bits / 8; }
  uint64_t input_count = 0, weight_count = 0;
  uint64_t input_exponent_bytes = 0, weight_exponent_bytes = 0;
  uint32_t input_block() const { return traits_of(formats.input).block; }
  uint32_t weight_block() const { return traits_of(formats.weight).block; }
  bool is_block_scaled() const { return input_block() + weight_block() > 0; }

  /// Bytes of the exponents of `pixels` pixels of an image, as bytes_of_pixels.
  uint64_t exponents_of_pixels(uint64_t pixels) const {
    return pixels * (input_exponent_bytes / (uint64_t{H} * W));
  }
  /// Bytes of `pixels` pixels of an image, with the channels of all groups, of all images; of a transposed
  /// gemm all its pixels are meant.
  uint64_t bytes_of_pixels(uint64_t pixels) const {
    if (input.channel != 1) return pixels == 0 ? 0 : input_bytes();
    const bool interleaved = input.group == C;
    const uint64_t unit = traits_of(formats.input).whole_bytes(),
                   row = ((interleaved ? groups : 1) * uint64_t{C} + unit - 1) / unit * unit;
    return pixels * N * (interleaved ? 1 : groups) * (row * input_bits() / 8);
  }
};

Problem make_problem(const Layer& layer);

}  // namespace systole
