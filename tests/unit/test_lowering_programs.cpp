// Every lowered program, executed in adversarial interleavings by a plain interpreter and in program order by
// the machine's executor, computes the layer exactly and asks DRAM for what the mapping said.
#include <catch2/catch.hpp>

#include "lowering_case.h"

using namespace systole;
using namespace systole::test;

namespace {

void check(const LoweringCase& c, uint32_t seed) {
  INFO(c.describe());
  CaseResult result;
  try {
    result = run_case(c, seed);
  } catch (const ProgramError& error) {
    FAIL(error.what());
  }
  const Mapping& m = result.mapping;
  INFO("tiles: groups " << m.groups << ", images " << m.images << ", rows " << m.rows << ", cols " << m.cols
                        << ", filters " << m.filters << ", channels " << m.channels << ", order "
                        << int(m.order[0]) << int(m.order[1]) << int(m.order[2]));
  CHECK(result.output == result.expected);
  CHECK(execute_case(c, seed).output == result.expected);
  if (!result.in_stages) {
    CHECK(result.counts.read == m.read_bytes);
    CHECK(result.counts.write == m.write_bytes);
  }
  CHECK(result.counts.macs == result.planned_macs);
}

class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}
  uint32_t operator()(uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random_()) % (high - low + 1);
  }
  bool coin() { return random_() % 2; }
  template <typename T>
  T of(std::initializer_list<T> values) {
    return *(values.begin() + random_() % values.size());
  }

 private:
  std::mt19937 random_;
};

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

LoweringCase random_case(Draw& draw) {
  LoweringCase c;
  c.layer = draw(0, 2) ? conv_layer(random_conv(draw)) : gemm_layer(random_gemm(draw));
  c.layer.format = draw.of({Format::fp32, Format::fp32, Format::int8});
  c.layer.bias = draw.coin();
  c.layer.relu = draw.coin();
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

}  // namespace

TEST_CASE("Random layers on random small machines", "[lowering]") {
  int run = 0;
  for (uint32_t seed = 0; seed < 1500; ++seed) {
    Draw draw(seed);
    const LoweringCase c = random_case(draw);
    try {
      check(c, seed);
      ++run;
    } catch (const MappingError&) {  // some of these buffers hold not even the smallest tile
    }
  }
  CHECK(run > 1200);
}

TEST_CASE("Random tile sizes and loop orders, as a user may ask for", "[lowering]") {
  std::vector<GemmDim> order{GemmDim::m, GemmDim::n, GemmDim::k};
  int run = 0, spilled = 0, through_buffer = 0;
  for (uint32_t seed = 0; seed < 2500; ++seed) {
    Draw draw(seed + 100000);
    LoweringCase c = random_case(draw);
    if (seed % 2 == 0)
      c.algorithm = algorithm_for(c, 0);  // every other one without stages, whose tiles are asked for
    const Problem p = make_problem(c.layer);
    MappingRequest& request = c.layer.mapping;
    request.tile_m = draw.coin() ? draw(1, p.Q) : p.Q * draw(1, p.P);
    request.tile_n = draw(1, p.M);
    request.tile_k = draw(1, p.C) * p.R * p.S;
    std::next_permutation(order.begin(), order.end());
    request.order = order;
    try {
      const LoweredLayer lowered = find_algorithm(c.algorithm)->lower({c.layer, c.arch, c.dataflow});
      if (lowered.stages.empty()) {
        spilled += lowered.layout.total_bytes > lowered.layout.psum;
        through_buffer += lowered.mapping.channels < p.C;
      }
      check(c, seed);
      ++run;
    } catch (const MappingError&) {
    }
  }
  CHECK(run > 800);
  CHECK(spilled > 100);
  CHECK(through_buffer > 500);
}

TEST_CASE("Data already on chip: no transfers, the host copies", "[lowering]") {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    Draw draw(seed + 200000);
    LoweringCase c = random_case(draw);
    c.residency = Residency::sram;
    c.algorithm = algorithm_for(c, seed);
    for (BufferParams& buffer : c.arch.buffers) buffer.size = 1 << 16;
    check(c, seed);
    const CaseResult result = run_case(c, seed, 1);
    CHECK(result.counts.on_chip == 0);
    CHECK(result.mapping.dram_read_bytes == 0);
  }
}

TEST_CASE("A permuted accumulation order gives other bits", "[lowering]") {
  LoweringCase c;
  c.layer = gemm_layer({1, 5, 5, 40});
  c.arch = small_machine(2, 2, {}, 2048);
  const Problem p = make_problem(c.layer);
  const LoweredLayer lowered = find_algorithm("direct")->lower({c.layer, c.arch, c.dataflow});
  AccumulationOrder other = lowered.order;
  std::reverse(other.k_index.begin(), other.k_index.end());
  Bytes input, weight;
  const auto fill = [](Bytes& bytes, uint64_t elements) {
    for (uint64_t i = 0; i < elements; ++i) {
      const float value = static_cast<float>(i * 7919 % 1009) / 37.0F - 13.0F;
      const uint8_t* from = reinterpret_cast<const uint8_t*>(&value);
      bytes.insert(bytes.end(), from, from + 4);
    }
  };
  fill(input, p.input_elements());
  fill(weight, p.weight_elements());
  CHECK(expected_output(p, lowered.order, input, weight, {}) != expected_output(p, other, input, weight, {}));
}
