#include "sim/workload/problem.h"

namespace systole {
namespace {

/// The elements of whole bytes that hold a row of `elements`.
uint64_t row_of(uint64_t elements, uint32_t bits) {
  return bits < 8 ? (elements * bits + 7) / 8 * 8 / bits : elements;
}

void fill_conv(Problem& p, const ConvShape& c) {
  p.groups = c.G;
  p.N = c.N, p.P = c.P(), p.Q = c.Q(), p.C = c.C / c.G, p.R = c.R, p.S = c.S, p.M = c.M / c.G;
  p.H = c.H, p.W = c.W;
  p.stride_h = c.stride[0], p.stride_w = c.stride[1];
  p.dilation_h = c.dilation[0], p.dilation_w = c.dilation[1];
  p.pad_top = c.pad[0], p.pad_left = c.pad[1];
  const uint64_t channels = row_of(c.C, p.input_bits()), filters = c.M;
  p.input = {p.C, c.H * c.W * channels, c.W * channels, channels, 1};
  const uint64_t tap = row_of(p.C, p.weight_bits()), filter_size = tap * c.R * c.S;
  p.weight = {p.M * filter_size, filter_size, tap * c.S, tap, 1};
  p.output = {p.M, p.P * p.Q * filters, p.Q * filters, filters, 1};
  p.input_count = c.N * c.H * c.W * channels;
  p.weight_count = c.M * filter_size;
}

void fill_gemm(Problem& p, const GemmShape& g) {
  p.groups = g.batch;
  p.Q = p.W = g.m, p.C = g.k, p.M = g.n;
  const uint64_t row_a = row_of(g.transpose_a ? g.m : g.k, p.input_bits());
  const uint64_t row_b = row_of(g.transpose_b ? g.k : g.n, p.weight_bits());
  const uint64_t a = row_a * (g.transpose_a ? g.k : g.m), b = row_b * (g.transpose_b ? g.n : g.k);
  const uint64_t d = uint64_t{g.m} * g.n;
  p.input = {a, a, a, g.transpose_a ? 1 : row_a, g.transpose_a ? row_a : 1};
  p.weight = {b, g.transpose_b ? row_b : 1, b, b, g.transpose_b ? 1 : row_b};
  p.output = {d, d, d, g.n, 1};
  p.input_count = g.batch * a;
  p.weight_count = g.batch * b;
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
