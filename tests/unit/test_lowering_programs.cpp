// Every lowered program, executed in adversarial interleavings by a plain interpreter and in program order by
// the machine's executor, computes the layer exactly and asks DRAM for what the mapping said.
#include <catch2/catch.hpp>

#include "random_case.h"

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
  int run = 0, spilled = 0, through_buffer = 0;
  for (uint32_t seed = 0; seed < 2500; ++seed) {
    Draw draw(seed + 100000);
    LoweringCase c = random_case(draw);
    if (seed % 2 == 0)
      c.algorithm = algorithm_for(c, 0);  // every other one without stages, whose tiles are asked for
    ask_for_tiles(c, draw);
    try {
      const LoweredLayer lowered = find_algorithm(c.algorithm)->lower({c.layer, c.arch, c.dataflow});
      if (lowered.stages.empty()) {
        spilled += lowered.layout.total_bytes > lowered.layout.psum;
        through_buffer += lowered.mapping.channels < make_problem(c.layer).C;
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

TEST_CASE("Instructions of an algorithm in stages name the stage they work for", "[lowering]") {
  LoweringCase c;
  ConvShape shape;
  shape.C = shape.M = 4;
  shape.H = shape.W = 8;
  shape.R = shape.S = 3;
  c.layer = conv_layer(shape);
  c.arch = small_machine(4, 4, {}, 1 << 14);
  uint32_t most = 0;
  for (const Algorithm& algorithm : algorithms()) {
    const LoweringRequest request{c.layer, c.arch, c.dataflow};
    if (!algorithm.declines(request).empty()) continue;
    INFO(algorithm.name);
    const auto program = algorithm.lower(request).program();
    uint32_t barriers = 0, wrong = 0;
    for (Instruction instruction; program->next(instruction);) {
      if (instruction.unit() == kBarrierUnit) {
        ++barriers;
      } else {
        wrong += instruction.tile.stage != barriers;
      }
    }
    CHECK(wrong == 0);
    most = std::max(most, barriers);
  }
  CHECK(most >= 2);
}
