#include "tests/sim/random_machines.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/number/format.h"
#include "tests/unit/activations.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

BufferParams random_buffer(Draw& draw) {
  BufferParams buffer;
  buffer.banks = draw.of({1U, 2U, 4U, 16U});
  buffer.ports = draw(1, 2);
  buffer.width_bits = draw.of({64U, 64U, 128U, 512U});
  buffer.slots = draw(1, 2);
  const uint64_t unit = buffer.slots * buffer.banks * buffer.word_bytes();
  buffer.size = (draw.of({1024U, 2048U, 8192U}) + unit - 1) / unit * unit;
  return buffer;
}

ConvShape random_conv(Draw& draw) {
  ConvShape s;
  s.N = draw(1, 3);
  s.G = draw.of({1U, 1U, 2U, 3U, 6U});
  s.C = s.G * draw.of({1U, 2U, 5U, 8U, 13U});
  s.M = s.G * draw.of({1U, 2U, 3U, 7U, 16U});
  s.R = draw(1, 4), s.S = draw(1, 5);
  s.stride = {draw(1, 4), draw(1, 3)};
  s.dilation = {draw(1, 3), draw(1, 2)};
  s.pad = {draw(0, 3), draw(0, 4), draw(0, 2), draw(0, 3)};
  s.H = draw(1, 9) + s.dilation[0] * (s.R - 1);
  s.W = draw(1, 9) + s.dilation[1] * (s.S - 1);
  return s;
}

GemmShape random_gemm(Draw& draw) {
  return {draw(1, 3), draw(1, 40), draw(1, 40), draw.of({1U, 5U, 33U, 160U}), draw.coin(), draw.coin()};
}

/// Half of the time as a user may ask for, legal or not.
void draw_mapping(Layer& layer, Draw& draw) {
  if (draw.coin()) return;
  const Problem p = make_problem(layer);
  MappingRequest& request = layer.mapping;
  if (draw.coin()) request.tile_m = draw.coin() ? draw(1, p.Q) : p.Q * draw(1, p.P);
  if (draw.coin()) request.tile_n = draw(1, p.M);
  if (draw.coin()) request.tile_k = draw(1, p.C) * p.R * p.S;
  std::vector<GemmDim> order{GemmDim::m, GemmDim::n, GemmDim::k};
  for (uint32_t i = draw(0, 5); i > 0; --i) std::next_permutation(order.begin(), order.end());
  request.order = order;
}

}  // namespace

AcceleratorParams random_machine(Draw& draw) {
  AcceleratorParams p;
  p.clock_khz = draw.of({200'000U, 1'000'000U, 1'370'000U});
  p.pe_array.rows = draw(1, 6);
  p.pe_array.cols = draw(1, 6);
  p.pe_array.interconnect = draw.of({Interconnect::systolic, Interconnect::broadcast});
  p.pe_array.overlap = draw.coin();
  p.pe_array.mma = {draw.of({1U, 1U, 2U, 5U}), draw.of({1U, 1U, 3U, 4U}), draw.of({1U, 2U, 3U, 8U, 16U}),
                    draw(1, 9)};
  p.accumulators.entries = draw.of({0U, 1U, 7U, 64U, 1024U});
  for (BufferParams& buffer : p.buffers) buffer = random_buffer(draw);
  p.dma.outstanding = draw.of({1U, 3U, 32U});
  p.dma.ports = draw.of({1U, 1U, 2U, 3U});
  p.vector_unit.lanes = draw(1, 20);
  p.dram.kind = draw.of({DramKind::fixed, DramKind::fixed, DramKind::ideal});
  p.dram.latency_ns = draw.of({0.0, 7.3, 60.0});
  p.dram.bandwidth_num = draw(1, 40);
  p.dram.bandwidth_den = draw(1, 7);
  p.dram.clock_khz = draw.of({133'333U, 1'000'000U, 1'600'000U});
  p.dram.max_outstanding = draw.of({1U, 4U, 64U});
  p.dram.burst_bytes = draw.of({8U, 32U, 64U, 128U});
  p.dma.burst_bytes = p.dram.burst_bytes * draw.of({1U, 1U, 2U, 8U});
  return p;
}

void draw_instruction(PeArrayParams& array, Draw& draw) {
  MmaParams& mma = array.mma;
  mma.interval = draw(1, 3);
  if (draw(0, 2) == 0) return;
  mma.accumulate = draw.of({1U, 2U, 5U, 9U});
  mma.set_gap = draw.of({0U, 0U, 1U, 4U});
  mma.drain = draw.of({0U, 0U, 3U});
  mma.instruction = {array.rows * mma.m * draw(1, 3), array.cols * mma.n * draw(1, 3), mma.k * draw(1, 3)};
  mma.warps = draw.of({1U, 1U, 2U, 3U});
}

Layer random_layer(Draw& draw, uint32_t number) {
  const Format format = draw.of({Format::fp32, Format::int8});
  const std::string name = fmt::format("random_{}", number);
  Layer layer =
      draw(0, 2) ? conv_layer(name, random_conv(draw), format) : gemm_layer(name, random_gemm(draw), format);
  layer.bias = draw.coin();
  layer.activation = relu(draw.coin());
  if (draw.of({0, 0, 1}) == 1) layer.halo = Halo::refetch;
  if (format == Format::int8 && draw.coin()) layer.scale = 0.003F;
  layer.dataflow = dataflows()[draw(0, static_cast<uint32_t>(dataflows().size() - 1))].id;
  draw_mapping(layer, draw);
  return layer;
}

std::string describe(const Layer& l) {
  const ConvShape& c = l.conv;
  const GemmShape& g = l.gemm;
  const std::string shape =
      l.type == LayerType::gemm
          ? fmt::format("gemm batch {} m {} n {} k {} transposed {}{}", g.batch, g.m, g.n, g.k, g.transpose_a,
                        g.transpose_b)
          : fmt::format(
                "conv N {} G {} C {} H {} W {} M {} R {} S {} stride {} {} dilation {} {} pad {} {} {} {}",
                c.N, c.G, c.C, c.H, c.W, c.M, c.R, c.S, c.stride[0], c.stride[1], c.dilation[0],
                c.dilation[1], c.pad[0], c.pad[1], c.pad[2], c.pad[3]);
  return fmt::format("{} {} {} {} {}", l.name, shape, format_text(l.formats(), l.has_scale()),
                     traits_of(*l.dataflow).name, l.algorithm);
}

std::string describe(const AcceleratorParams& p) {
  const PeArrayParams& a = p.pe_array;
  std::string text =
      fmt::format("{} x {} of {}x{}x{} latency {}{}{}, {} accumulators", a.rows, a.cols, a.mma.m, a.mma.n,
                  a.mma.k, a.mma.latency, a.interconnect == Interconnect::systolic ? ", systolic" : "",
                  a.overlap ? ", overlap" : "", p.accumulators.entries);
  if (a.mma.keeps_sums())
    text += fmt::format(", interval {} accumulate {} set_gap {} drain {} instruction {}x{}x{} warps {}",
                        a.mma.interval, a.mma.accumulate, a.mma.set_gap, a.mma.drain, a.mma.instruction.m,
                        a.mma.instruction.n, a.mma.instruction.k, a.mma.warps);
  for (const BufferParams& b : p.buffers) {
    text += fmt::format(", {} bytes {} slots {} banks {} ports {} bits", b.size, b.slots, b.banks, b.ports,
                        b.width_bits);
  }
  return text;
}

}  // namespace systole::test
