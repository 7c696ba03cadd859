#include "sim/workload/problem.h"

namespace systole {
namespace {

void fill_conv(Problem& p, const ConvShape& c) {
  p.groups = c.G;
  p.N = c.N, p.P = c.P(), p.Q = c.Q(), p.C = c.C / c.G, p.R = c.R, p.S = c.S, p.M = c.M / c.G;
  p.H = c.H, p.W = c.W;
  p.stride_h = c.stride[0], p.stride_w = c.stride[1];
  p.dilation_h = c.dilation[0], p.dilation_w = c.dilation[1];
  p.pad_top = c.pad[0], p.pad_left = c.pad[1];
  const uint64_t channels = c.C, filters = c.M;
  p.input = {p.C, c.H * c.W * channels, c.W * channels, channels, 1};
  const uint64_t filter_size = uint64_t{p.C} * c.R * c.S;
  p.weight = {p.M * filter_size, filter_size, uint64_t{p.C} * c.S, p.C, 1};
  p.output = {p.M, p.P * p.Q * filters, p.Q * filters, filters, 1};
  p.input_count = c.N * c.H * c.W * channels;
}

void fill_gemm(Problem& p, const GemmShape& g) {
  p.groups = g.batch;
  p.Q = p.W = g.m, p.C = g.k, p.M = g.n;
  const uint64_t a = uint64_t{g.m} * g.k, b = uint64_t{g.k} * g.n, d = uint64_t{g.m} * g.n;
  p.input = {a, a, a, g.transpose_a ? 1 : uint64_t{g.k}, g.transpose_a ? uint64_t{g.m} : 1};
  p.weight = {b, g.transpose_b ? uint64_t{g.k} : 1, b, b, g.transpose_b ? 1 : uint64_t{g.n}};
  p.output = {d, d, d, g.n, 1};
  p.input_count = g.batch * a;
}

}  // namespace

Problem make_problem(const Layer& layer) {
  Problem p;
  if (layer.type == LayerType::gemm) {
    fill_gemm(p, layer.gemm);
  } else {
    fill_conv(p, layer.conv);
  }
  p.format = layer.format;
  p.bias = layer.bias;
  p.relu = layer.relu;
  p.has_scale = layer.scale.has_value();
  p.scale = layer.scale.value_or(1.0F);
  return p;
}

}  // namespace systole
