// A feeder reads all lanes of a step at once: on a dense gemm no bank is asked for two words.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "lowering_case.h"
#include "sim/mapping/tile_plan.h"

using namespace systole;
using namespace systole::test;

namespace {

uint64_t address(const OperandView& v, uint64_t lane, uint64_t k) {
  const uint64_t l2 = lane % v.lane[2].size, l1 = lane / v.lane[2].size % v.lane[1].size;
  const uint64_t l0 = lane / v.lane[2].size / v.lane[1].size;
  return (v.base + l0 * v.lane[0].stride + l1 * v.lane[1].stride + l2 * v.lane[2].stride +
          k * v.k[2].stride) /
         8;
}

/// Most words of one bank in any step that reads `lanes` lanes by `depth` k; plain gemms and 1x1 filters.
size_t worst_bank(const OperandView& v, const BufferParams& buffer, uint64_t lanes, uint64_t depth) {
  size_t worst = 0;
  for (uint64_t lane0 = 0; lane0 < v.lanes(); lane0 += lanes) {
    for (uint64_t k0 = 0; k0 < v.depth(); k0 += depth) {
      std::map<uint64_t, std::set<uint64_t>> words_of_bank;
      for (uint64_t lane = lane0; lane < std::min(v.lanes(), lane0 + lanes); ++lane) {
        for (uint64_t k = k0; k < std::min(v.depth(), k0 + depth); ++k) {
          const uint64_t word = address(v, lane, k) / buffer.word_bytes();
          const uint64_t slot = word / (buffer.slot_bytes() / buffer.word_bytes());
          words_of_bank[slot * buffer.banks + word % buffer.banks].insert(word);
        }
      }
      for (const auto& [bank, words] : words_of_bank) worst = std::max(worst, words.size());
    }
  }
  return worst;
}

struct Machine {
  uint32_t rows, cols;
  MmaParams mma;
  uint32_t banks, width_bits;
};

}  // namespace

TEST_CASE("Dense gemms are fed without bank conflicts", "[mapping]") {
  const Machine machines[] = {{16, 16, {1, 1, 1, 1}, 16, 64},
                              {32, 32, {1, 1, 1, 1}, 32, 64},
                              {128, 128, {1, 1, 1, 1}, 128, 64},
                              {4, 4, {4, 4, 4, 1}, 16, 128},
                              {4, 4, {4, 4, 4, 1}, 64, 64}};
  for (const Machine& machine : machines) {
    AcceleratorParams arch = small_machine(machine.rows, machine.cols, machine.mma, 1 << 20);
    for (BufferParams& buffer : arch.buffers) {
      buffer.banks = machine.banks;
      buffer.width_bits = machine.width_bits;
    }
    const uint64_t row_m = uint64_t{machine.rows} * machine.mma.m,
                   col_n = uint64_t{machine.cols} * machine.mma.n;
    const uint64_t col_m = uint64_t{machine.cols} * machine.mma.m,
                   row_k = uint64_t{machine.rows} * machine.mma.k;
    for (uint32_t size : {17, 64, 100, 128}) {
      for (int transpose = 0; transpose < 4; ++transpose) {
        for (const DataflowTraits& traits : dataflows()) {
          const Layer layer =
              gemm_layer({1, size, size + 3, size + 5, (transpose & 1) != 0, (transpose & 2) != 0});
          const auto program = find_algorithm("direct")->lower({layer, arch, traits.id}).program();
          Instruction instruction;
          while (program->next(instruction)) {
            const MatMul* op = std::get_if<MatMul>(&instruction.op);
            if (!op) continue;
            INFO(traits.name << " on " << machine.rows << "x" << machine.cols << " of k " << machine.mma.k
                             << ", size " << size << ", transpose " << transpose);
            const MmaParams& mma = machine.mma;
            switch (traits.id) {
              case Dataflow::output_stationary:
                CHECK(worst_bank(op->input, arch.buffers[0], row_m, mma.k) == 1);
                CHECK(worst_bank(op->weight, arch.buffers[1], col_n, mma.k) == 1);
                break;
              case Dataflow::weight_stationary:
                CHECK(worst_bank(op->input, arch.buffers[0], mma.m, row_k) == 1);
                CHECK(worst_bank(op->weight, arch.buffers[1], col_n, mma.k) == 1);
                break;
              case Dataflow::input_stationary:
                CHECK(worst_bank(op->input, arch.buffers[0], col_m, mma.k) == 1);
                CHECK(worst_bank(op->weight, arch.buffers[1], mma.n, row_k) == 1);
                break;
            }
          }
        }
      }
    }
  }
}

TEST_CASE("A convolution's lanes that wrap to the next row keep clear of each other", "[mapping]") {
  AcceleratorParams arch;
  for (uint32_t width : {5, 7, 12, 14}) {
    ConvShape s;
    s.C = 32, s.M = 16, s.H = s.W = width + 2, s.R = s.S = 3;
    const Layer layer = conv_layer(s);
    const auto program =
        find_algorithm("direct")->lower({layer, arch, Dataflow::output_stationary}).program();
    Instruction instruction;
    while (program->next(instruction)) {
      const MatMul* op = std::get_if<MatMul>(&instruction.op);
      if (!op) continue;
      OperandView tap = op->input;  // one tap: its lanes are those of all others, shifted
      tap.k[0].size = tap.k[1].size = 1;
      CHECK(worst_bank(tap, arch.buffers[0], 16, 1) == 1);
    }
  }
}

namespace {

/// Words of the results that leave the array in one cycle: `lanes` rows of gemm.m from `m` on by `columns` of
/// gemm.n.
std::set<uint64_t> result_words(const ResultView& v, uint64_t m, uint64_t lanes, uint64_t n, uint64_t columns,
                                uint64_t word) {
  std::set<uint64_t> words;
  for (uint64_t row = m; row < m + lanes; ++row) {
    const uint64_t col = row % v.m[2].size, rest = row / v.m[2].size;
    const int64_t at = v.base + rest / v.m[1].size * v.m[0].stride + rest % v.m[1].size * v.m[1].stride +
                       col * v.m[2].stride;
    for (uint64_t i = n; i < std::min<uint64_t>(n + columns, v.n.size); ++i)
      words.insert((at + i * v.n.stride) / word);
  }
  return words;
}

/// Pairs of consecutive vectors of results, and how many of them share a bank.
std::pair<int, int> shared_banks(const Layer& layer, const AcceleratorParams& arch) {
  const BufferParams& buffer = arch.buffers[2];
  const uint64_t lanes = arch.pe_array.mma.m, columns = uint64_t{arch.pe_array.cols} * arch.pe_array.mma.n;
  const auto program = find_algorithm("direct")->lower({layer, arch, Dataflow::weight_stationary}).program();
  std::pair<int, int> counts{0, 0};
  Instruction instruction;
  while (program->next(instruction)) {
    const MatMul* op = std::get_if<MatMul>(&instruction.op);
    if (!op) continue;
    const ResultView& v = op->result;
    const uint64_t rows = v.m[0].size * v.m[1].size * v.m[2].size;
    for (uint64_t n = 0; n < v.n.size; n += columns) {
      std::set<uint64_t> before;
      for (uint64_t m = 0; m + lanes <= rows; m += lanes) {
        std::set<uint64_t> banks;
        for (uint64_t word : result_words(v, m, lanes, n, columns, buffer.word_bytes())) {
          const uint64_t slot = word / (buffer.slot_bytes() / buffer.word_bytes());
          CHECK(banks.insert(slot * buffer.banks + word % buffer.banks).second);
        }
        bool shares = false;
        for (uint64_t bank : banks) shares |= before.count(bank) > 0;
        if (m > 0) ++counts.first, counts.second += shares;
        before = banks;
      }
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("Partial sums in the buffer of consecutive cycles share no bank", "[mapping]") {
  const Machine machines[] = {{16, 16, {1, 1, 1, 1}, 16, 64}, {16, 16, {1, 1, 1, 1}, 32, 64},
                              {8, 5, {1, 1, 1, 1}, 8, 64},    {4, 4, {1, 4, 2, 1}, 8, 128},
                              {4, 4, {2, 4, 4, 1}, 32, 64},   {32, 32, {1, 1, 1, 1}, 64, 64}};
  for (const Machine& machine : machines) {
    AcceleratorParams arch = small_machine(machine.rows, machine.cols, machine.mma, 1 << 20);
    arch.accumulators.entries = 3;
    for (BufferParams& buffer : arch.buffers)
      buffer.banks = machine.banks, buffer.width_bits = machine.width_bits;
    for (uint32_t n : {16, 31, 48, 64, 100}) {
      const auto [pairs, shared] = shared_banks(gemm_layer({1, 90, n, 150, false, false}), arch);
      INFO(machine.rows << " x " << machine.cols << ", " << machine.banks << " banks, n " << n);
      CHECK(pairs > 0);
      CHECK(shared == 0);
    }
  }
}

TEST_CASE("An alternating pitch costs no place", "[mapping]") {
  AcceleratorParams arch;
  arch.accumulators.entries = 0;
  ConvShape s;
  s.C = s.M = 64, s.H = s.W = 30, s.R = s.S = 3;
  Layer layer = conv_layer(s);
  layer.mapping.tile_m = 7 * 28, layer.mapping.tile_n = 64, layer.mapping.tile_k = 9 * 16;
  layer.mapping.order = {GemmDim::m, GemmDim::n, GemmDim::k};
  arch.buffers[1].size = 1 << 20;
  // A pixel's 64 sums are 32 words; 33 keep lanes apart, 40 alternate between halves of 16 banks.
  const auto pitch = [&](uint64_t bytes) {
    arch.buffers[2].size = bytes;
    const LoweringRequest request{layer, arch, Dataflow::weight_stationary};
    const TileContext context{make_problem(layer), arch, Dataflow::weight_stationary, std::nullopt,
                              Residency::dram};
    return make_plan(context, find_algorithm("direct")->lower(request).mapping).result.pixel;
  };
  CHECK(pitch(2 * 65536) == 40 * 8);  // 62,720 bytes a tile
  CHECK(pitch(2 * 60416) == 33 * 8);  // 51,744 would fit, 62,720 not
  arch.accumulators.entries = 7 * 28 * 4;
  CHECK(pitch(2 * 65536) == 33 * 8);  // every sum has its entry
}
