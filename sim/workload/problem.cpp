#include "sim/workload/problem.h"

namespace systole {
namespace {

/// The elements of whole bytes that hold a row of `elements`.
uint64_t row_of(uint64_t elements, Format format) {
  const uint64_t unit = traits_of(format).whole_bytes();
  return (elements + unit - 1) / unit * unit;
}

uint32_t blocks_of(Format format, uint32_t channels) {
  const uint32_t block = traits_of(format).block;
  return block == 0 ? 0 : (channels + block - 1) / block;
}

void place_conv_exponents(Problem& p, const ConvShape& c) {
  const uint64_t input = blocks_of(p.formats.input, p.C), pixel = c.G * input;
  p.input_exponents = {input, c.H * c.W * pixel, c.W * pixel, pixel, 1};
  p.input_exponent_bytes = c.N * c.H * c.W * pixel;
  const uint64_t tap = blocks_of(p.formats.weight, p.C), filter = tap * c.R * c.S;
  p.weight_exponents = {p.M * filter, filter, tap * c.S, tap, 1};
  p.weight_exponent_bytes = c.M * filter;
}

/// Blocks lie along k, wherever that is in the tensor.
void place_gemm_exponents(Problem& p, const GemmShape& g) {
  const uint64_t in_a = blocks_of(p.formats.input, g.k), in_b = blocks_of(p.formats.weight, g.k);
  const uint64_t a = in_a * g.m, b = in_b * g.n;
  p.input_exponents = {a, a, a, g.transpose_a ? 1 : in_a, g.transpose_a ? g.m : 1};
  p.weight_exponents = {b, g.transpose_b ? in_b : 1, b, b, g.transpose_b ? 1 : g.n};
  p.input_exponent_bytes = g.batch * a;
  p.weight_exponent_bytes = g.batch * b;
}

void fill_conv(Problem& p, const ConvShape& c) {
  p.groups = c.G;
  p.N = c.N, p.P = c.P(), p.Q = c.Q(), p.C = c.C / c.G, p.R = c.R, p.S = c.S, p.M = c.M / c.G;
  p.H = c.H, p.W = c.W;
  p.stride_h = c.stride[0], p.stride_w = c.stride[1];
  p.dilation_h = c.dilation[0], p.dilation_w = c.dilation[1];
  p.pad_top = c.pad[0], p.pad_left = c.pad[1];
  const uint64_t channels = row_of(c.C, p.formats.input), filters = c.M;
  p.input = {p.C, c.H * c.W * channels, c.W * channels, channels, 1};
  const uint64_t tap = row_of(p.C, p.formats.weight), filter_size = tap * c.R * c.S;
  p.weight = {p.M * filter_size, filter_size, tap * c.S, tap, 1};
  p.output = {p.M, p.P * p.Q * filters, p.Q * filters, filters, 1};
  p.input_count = c.N * c.H * c.W * channels;
  p.weight_count = c.M * filter_size;
  place_conv_exponents(p, c);
}

void fill_gemm(Problem& p, const GemmShape& g) {
  p.groups = g.batch;
  p.Q = p.W = g.m, p.C = g.k, p.M = g.n;
  const uint64_t row_a = row_of(g.transpose_a ? g.m : g.k, p.formats.input);
  const uint64_t row_b = row_of(g.transpose_b ? g.k : g.n, p.formats.weight);
  const uint64_t a = row_a * (g.transpose_a ? g.k : g.m), b = row_b * (g.transpose_b ? g.n : g.k);
  const uint64_t d = uint64_t{g.m} * g.n;
  p.input = {a, a, a, g.transpose_a ? 1 : row_a, g.transpose_a ? row_a : 1};
  p.weight = {b, g.transpose_b ? row_b : 1, b, b, g.transpose_b ? 1 : row_b};
  p.output = {d, d, d, g.n, 1};
  p.input_count = g.batch * a;
  p.weight_count = g.batch * b;
  place_gemm_exponents(p, g);
}

}  // namespace

Problem make_problem(const Layer& layer) {
  Problem p;
  p.formats = layer.formats();
  if (layer.type == LayerType::gemm) {
    fill_gemm(p, layer.gemm);
  } else {
    fill_conv(p, layer.conv);
  }
  p.bias = layer.bias;
  p.activation = layer.activation;
  p.output_scale = layer.output_scale.value_or(1.0F);
  p.has_scale = layer.has_scale();
  p.scale_by_channel = layer.scale_by_channel();
  p.zero_point = layer.zero_point;
  p.scale = layer.scale.value_or(1.0F);
  return p;
}

}  // namespace systole
