#include "random_case.h"

#include <algorithm>

#include "activations.h"

namespace systole::test {
namespace {

ConvShape random_conv(Draw& draw) {
  ConvShape s;
  s.N = draw(1, 3);
  s.G = draw.of({1, 1, 2, 3, 5});
  s.C = s.G * draw.of({1, 2, 3, 5, 7, 8});
  s.M = s.G * draw.of({1, 2, 3, 4, 7, 9});
  s.R = draw(1, 3), s.S = draw(1, 4);
  s.stride = {draw(1, 3), draw(1, 3)};
  s.dilation = {draw(1, 2), draw(1, 2)};
  s.pad = {draw(0, 2), draw(0, 3), draw(0, 2), draw(0, 1)};
  s.H = draw(1, 9) + s.dilation[0] * (s.R - 1);
  s.W = draw(1, 9) + s.dilation[1] * (s.S - 1);
  return s;
}

GemmShape random_gemm(Draw& draw) {
  GemmShape s;
  s.batch = draw.of({1, 1, 2, 3});
  s.m = draw(1, 23), s.n = draw(1, 23), s.k = draw(1, 40);
  s.transpose_a = draw.coin(), s.transpose_b = draw.coin();
  return s;
}

}  // namespace

LoweringCase random_case(Draw& draw) {
  LoweringCase c;
  c.layer = draw(0, 2) ? conv_layer(random_conv(draw)) : gemm_layer(random_gemm(draw));
  c.layer.format = draw.of({Format::fp32, Format::fp32, Format::int8});
  c.layer.bias = draw.coin();
  c.layer.activation = relu(draw.coin());
  if (draw.of({0, 0, 1}) == 1) c.layer.halo = Halo::refetch;
  if (c.layer.format == Format::int8 && draw.coin()) c.layer.scale = 0.003F;
  c.arch = small_machine(draw.of({1, 2, 4, 5}), draw.of({1, 2, 3, 4}),
                         {draw.of({1U, 1U, 2U}), draw.of({1U, 1U, 3U}), draw.of({1U, 2U, 4U}), 1}, 0);
  for (BufferParams& buffer : c.arch.buffers) {
    buffer.slots = draw.of({1, 2, 2, 2});
    buffer.banks = draw.of({1, 2, 4});
    buffer.width_bits = draw.of({64, 128});
    const uint64_t unit = buffer.word_bytes() * buffer.banks * buffer.slots;
    buffer.size = unit * ((draw.of({256, 512, 1024, 4096}) + unit - 1) / unit);
  }
  c.arch.accumulators.entries = draw.of({0, 2, 1024});
  c.arch.dram.burst_bytes = draw.of({8, 64});
  c.dataflow = static_cast<Dataflow>(draw(0, 2));
  c.algorithm = algorithm_for(c, draw(0, 1000));
  return c;
}

void ask_for_tiles(LoweringCase& c, Draw& draw) {
  const Problem p = make_problem(c.layer);
  MappingRequest& request = c.layer.mapping;
  request.tile_m = draw.coin() ? draw(1, p.Q) : p.Q * draw(1, p.P);
  request.tile_n = draw(1, p.M);
  request.tile_k = draw(1, p.C) * p.R * p.S;
  request.order = {GemmDim::m, GemmDim::n, GemmDim::k};
  for (uint32_t turns = draw(0, 5); turns > 0; --turns)
    std::next_permutation(request.order.begin(), request.order.end());
}

}  // namespace systole::test
