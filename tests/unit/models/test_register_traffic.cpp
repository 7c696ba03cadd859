// Registers of PEs, counted by following each PE through the steps of a fold.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "models/compute/dataflow/register_traffic.h"
#include "models/number/format.h"

using namespace systole;

namespace {

MatMul matmul_of(uint32_t m, uint32_t n, uint32_t k, Format input, Format weight) {
  MatMul op;
  op.input.format = input;
  op.weight.format = weight;
  op.input.lane[2].size = m;
  op.weight.lane[2].size = n;
  op.input.k[2].size = op.weight.k[2].size = k;
  return op;
}

uint64_t between(uint64_t begin, uint64_t count, uint64_t end) {
  return begin >= end ? 0 : std::min(count, end - begin);
}

/// A PE with the operand blocks that have come to it, and the one its unit holds.
struct OperandOfPe {
  std::map<uint64_t, uint64_t> arrived;  ///< block to bits
  uint64_t held = ~uint64_t{0}, reads = 0;
  void use(uint64_t block, uint64_t bits) {
    arrived[block] = bits;
    if (block != held) reads += bits;
    held = block;
  }
  uint64_t writes() const {
    uint64_t sum = 0;
    for (const auto& [block, bits] : arrived) sum += bits;
    return sum;
  }
};

struct Pe {
  OperandOfPe x, y;
  std::map<uint64_t, uint64_t> steps, results;  ///< of each accumulator block
};

/// All steps of one PE in their order; k is one group.
Pe follow(const MatMulGeometry& g, const ArrayShape& s, const Fold& fold, uint64_t row, uint64_t col) {
  Pe pe;
  for (uint64_t wave = 0; wave < fold.waves; ++wave) {
    const uint64_t block = s.stationary ? 0 : wave % fold.blocks(),
                   set = s.stationary ? 0 : wave / fold.blocks();
    const uint64_t x_block = block / fold.y_blocks, y_block = block % fold.y_blocks;
    const uint64_t step = s.stationary ? row : set;
    const uint64_t first_x = s.stationary ? wave * s.x_lanes : (x_block * s.rows + row) * s.x_lanes,
                   first_y = (y_block * s.cols + col) * s.y_lanes;
    const uint64_t x = between(first_x, s.x_lanes, fold.x_count),
                   y = between(first_y, s.y_lanes, fold.y_count),
                   k = step < fold.k_count
                           ? between((fold.k_begin + step) * s.depth, s.depth, g.depth_elements)
                           : 0;
    if (x * y * k == 0) continue;
    pe.x.use((s.stationary ? wave : set) * 1000 + x_block, x * k * traits_of(s.x_format).bits);
    pe.y.use(set * 1000 + y_block, y * k * traits_of(s.y_format).bits);
    ++pe.steps[s.stationary ? wave : block];
    pe.results[s.stationary ? wave : block] = x * y;
  }
  return pe;
}

RegisterTraffic followed(const MatMulGeometry& g, const ArrayShape& s, const Fold& fold,
                         const SumsInPes& sums) {
  RegisterTraffic t;
  for (uint64_t row = 0; row < s.rows; ++row) {
    for (uint64_t col = 0; col < s.cols; ++col) {
      const Pe pe = follow(g, s, fold, row, col);
      t.x.reads += pe.x.reads, t.x.writes += pe.x.writes();
      t.y.reads += pe.y.reads, t.y.writes += pe.y.writes();
      if (s.systolic && col > 0) t.x.hops += pe.x.writes();
      if (s.systolic && row > 0 && !s.stationary) t.y.hops += pe.y.writes();
      for (const auto& [block, results] : pe.results) {
        if (s.stationary) {  // every row passes the sum on, the foot takes it
          t.sum_hops += row == 0 ? results * (s.rows - 1) : 0;
          continue;
        }
        t.sum_writes += results * pe.steps.at(block);
        t.sum_reads += results * (pe.steps.at(block) - (sums.continued ? 0 : 1));
        if (sums.kept) continue;
        t.sum_reads += results;
        t.sum_hops += results * (s.rows - 1 - row);
      }
    }
  }
  return t;
}

}  // namespace

// 2 x 2 scalars, a gemm of 2 x 2 x 2 in fp32: each of 4 numbers a side comes to 2 PEs, one of them from its
// neighbour. 4 results of 2 steps; those of the upper row leave through the lower one.
TEST_CASE("registers of a 2x2 array, by hand", "[registers]") {
  const MatMul op = matmul_of(2, 2, 2, Format::fp32, Format::fp32);
  PeArrayParams array;
  array.rows = array.cols = 2;
  const DataflowFolds& dataflow = folds_of(Dataflow::output_stationary);
  const ArrayShape shape = dataflow.shape(array, op.formats());
  const MatMulGeometry g = MatMulGeometry::of(op, 1);
  const RegisterTraffic t = register_traffic(g, shape, dataflow.fold(g, shape, 0), {});
  CHECK(t.x.writes == 8 * 32);
  CHECK(t.x.reads == 8 * 32);
  CHECK(t.x.hops == 4 * 32);
  CHECK(t.y.writes == 8 * 32);
  CHECK(t.y.reads == 8 * 32);
  CHECK(t.y.hops == 4 * 32);
  CHECK(t.sum_writes == 8);
  CHECK(t.sum_reads == 4 + 4);
  CHECK(t.sum_hops == 2);
}

// A warp's 16x16x16 on two 4x4x4 units side by side: each holds all 256 numbers of A and half of B. It reads
// a block of A once for two of B, and both of B for each of four of A. 256 results of 4 steps.
TEST_CASE("registers of a Volta sub-core, by hand", "[registers]") {
  const MatMul op = matmul_of(16, 16, 16, Format::fp16, Format::fp16);
  PeArrayParams array;
  array.rows = 1, array.cols = 2;
  array.interconnect = Interconnect::broadcast;
  array.mma.m = array.mma.n = array.mma.k = 4;
  array.mma.instruction = {16, 16, 16};
  const DataflowFolds& dataflow = folds_of(Dataflow::output_stationary);
  const ArrayShape shape = dataflow.shape(array, op.formats());
  const MatMulGeometry g = MatMulGeometry::of(op, 4);
  const RegisterTraffic t = register_traffic(g, shape, dataflow.fold(g, shape, 0), {});
  CHECK(t.x.writes == 2 * 256 * 16);
  CHECK(t.x.reads == 2 * 256 * 16);
  CHECK(t.y.writes == 256 * 16);
  CHECK(t.y.reads == 4 * 256 * 16);
  CHECK(t.x.hops + t.y.hops + t.sum_hops == 0);
  CHECK(t.sum_writes == 256 * 4);
  CHECK(t.sum_reads == 256 * 4);
}

TEST_CASE("register traffic is what following each PE finds", "[registers]") {
  std::mt19937 random(5);
  const auto upto = [&](uint32_t most) { return 1 + static_cast<uint32_t>(random()) % most; };
  for (int round = 0; round < 600; ++round) {
    PeArrayParams array;
    array.rows = upto(4), array.cols = upto(4);
    array.interconnect = round % 2 == 0 ? Interconnect::systolic : Interconnect::broadcast;
    array.mma.m = upto(3), array.mma.n = upto(3), array.mma.k = upto(4);
    const MatMul op = matmul_of(upto(40), upto(40), upto(20), Format::fp16, Format::fp8_e4m3);
    for (const DataflowTraits& traits : dataflows()) {
      if (traits.time == GemmDim::k && round % 3 != 0) {
        array.mma.instruction = {array.rows * array.mma.m * upto(3), array.cols * array.mma.n * upto(3),
                                 array.mma.k * upto(3)};
        array.mma.warps = upto(3);
      } else {
        array.mma.instruction = {};
        array.mma.warps = 1;
      }
      const ArrayShape shape = traits.folds->shape(array, op.formats());
      const MatMulGeometry g = MatMulGeometry::of(op, shape.depth);
      const SumsInPes sums{round % 5 == 0, round % 7 == 0};
      for (uint64_t i = 0; i < traits.folds->count(g, shape); ++i) {
        const Fold fold = traits.folds->fold(g, shape, i);
        const RegisterTraffic got = register_traffic(g, shape, fold, sums),
                              want = followed(g, shape, fold, sums);
        INFO(traits.name << " round " << round << " fold " << i);
        CHECK(got.x.reads == want.x.reads);
        CHECK(got.x.writes == want.x.writes);
        CHECK(got.x.hops == want.x.hops);
        CHECK(got.y.reads == want.y.reads);
        CHECK(got.y.writes == want.y.writes);
        CHECK(got.y.hops == want.y.hops);
        CHECK(got.sum_reads == want.sum_reads);
        CHECK(got.sum_writes == want.sum_writes);
        CHECK(got.sum_hops == want.sum_hops);
      }
    }
  }
}
