#pragma once
// Awkward layers for the references' tests.
#include <string>
#include <vector>

#include "sim/workload/layer.h"

namespace systole::test {

inline Layer conv_layer(const std::string& name, const ConvShape& shape, Format format = Format::fp32) {
  Layer layer;
  layer.name = name;
  layer.conv = shape;
  layer.format = format;
  return layer;
}

inline Layer gemm_layer(const std::string& name, const GemmShape& shape, Format format = Format::fp32) {
  Layer layer;
  layer.name = name;
  layer.type = LayerType::gemm;
  layer.gemm = shape;
  layer.format = format;
  return layer;
}

/// N, G, C, H, W, M, R, S, stride, dilation, pad (top, left, bottom, right).
inline std::vector<Layer> awkward_layers(Format format) {
  Layer fc = conv_layer("fc", {3, 1, 131, 1, 1, 17}, format);
  fc.type = LayerType::fc;
  return {
      conv_layer("one_pixel", {1, 1, 1, 1, 1, 1, 1, 1}, format),
      conv_layer("odd_sizes", {1, 1, 5, 13, 7, 3, 3, 3}, format),
      conv_layer("prime_channels", {1, 1, 37, 6, 5, 67, 3, 2, {1, 1}, {1, 1}, {1, 1, 1, 1}}, format),
      conv_layer("stride_beyond_filter", {2, 1, 4, 11, 14, 6, 2, 2, {3, 4}}, format),
      conv_layer("dilated", {1, 1, 3, 15, 12, 5, 3, 2, {2, 1}, {2, 3}, {2, 1, 2, 1}}, format),
      conv_layer("one_sided_pads", {1, 1, 4, 8, 9, 5, 3, 3, {2, 2}, {1, 1}, {1, 0, 0, 2}}, format),
      conv_layer("pads_beyond_image", {1, 1, 2, 1, 2, 3, 4, 3, {1, 1}, {1, 1}, {3, 2, 1, 4}}, format),
      conv_layer("row_above_image", {1, 1, 3, 1, 4, 2, 1, 1, {3, 1}, {1, 1}, {1, 0, 0, 0}}, format),
      conv_layer("groups", {2, 3, 9, 7, 6, 12, 3, 3, {1, 2}, {1, 1}, {1, 1, 1, 1}}, format),
      conv_layer("depthwise", {1, 19, 19, 9, 9, 19, 3, 3, {2, 2}, {1, 1}, {1, 1, 1, 1}}, format),
      conv_layer("depthwise_two_filters", {1, 5, 5, 6, 6, 10, 3, 3}, format),
      conv_layer("batch_three", {3, 1, 8, 5, 5, 70, 1, 1}, format),
      conv_layer("long_sum", {1, 1, 521, 4, 4, 6, 3, 3, {1, 1}, {1, 1}, {0, 1, 1, 0}}, format),
      fc,
      gemm_layer("gemm", {1, 33, 65, 29, false, false}, format),
      gemm_layer("gemm_batch", {3, 18, 7, 31, false, false}, format),
      gemm_layer("gemm_ta", {2, 17, 9, 13, true, false}, format),
      gemm_layer("gemm_tb", {2, 5, 66, 21, false, true}, format),
      gemm_layer("gemm_ta_tb", {3, 19, 23, 8, true, true}, format),
      gemm_layer("gemm_row", {1, 1, 130, 77, false, true}, format),
  };
}

}  // namespace systole::test
