#pragma once
// A machine of one's own for tests that write the program themselves: a dense gemm with everything on chip.
#include <cstring>
#include <random>
#include <vector>

#include "models/accelerator.h"
#include "models/number/format.h"
#include "sim/program/happens_before.h"

namespace systole::test {

/// Whether a program's waits have to order what it does.
enum class Order { proven, as_it_comes };

class ListSource : public InstructionSource {
 public:
  explicit ListSource(std::vector<Instruction> list, Order order = Order::proven)
      : list_(std::move(list)), order_(order) {}
  bool next(Instruction& instruction) override {
    if (next_ == list_.size()) return false;
    instruction = list_[next_++];
    if (order_ == Order::proven) proof_.add(instruction);
    return true;
  }

 private:
  std::vector<Instruction> list_;
  Order order_;
  HappensBefore proof_;
  std::size_t next_ = 0;
};

/// Buffers so wide that no access ever waits for a bank.
inline AcceleratorParams roomy(uint32_t rows, uint32_t cols) {
  AcceleratorParams p;
  p.pe_array.rows = rows;
  p.pe_array.cols = cols;
  p.buffers.fill({1 << 20, 1024, 4, 64, 1});
  return p;
}

struct Gemm {
  uint32_t m, n, k;
};

/// input [m][k], weight [n][k], result [m][n] of 4-byte lanes, rows an odd number of 64-bit words apart.
struct DenseGemm {
  explicit DenseGemm(const Gemm& g, Format format = Format::fp32) : gemm(g) {
    const int64_t element = traits_of(format).bits / 8;
    const auto odd_words = [](int64_t bytes) { return ((bytes + 7) / 8 | 1) * 8; };
    k_pitch = odd_words(g.k * element);
    n_pitch = odd_words(g.n * 4);
    op.accumulator = wide_format(traits_of(format).lane);
    op.input.format = format;
    op.input.buffer = Space::input;
    op.input.lane[2] = {g.m, 8 * k_pitch};
    op.input.k[2] = {g.k, 8 * element};
    op.weight = op.input;
    op.weight.buffer = Space::weight;
    op.weight.lane[2] = {g.n, 8 * k_pitch};
    op.result.m[2] = {g.m, n_pitch};
    op.result.n = {g.n, 4};
  }

  /// Small integers, exact in every order of addition; thousands of them where int8 would not hold them.
  void fill(Accelerator& machine, uint32_t seed = 1) {
    std::mt19937 random(seed);
    const auto draw = [&](std::vector<int>& values, uint32_t lanes, Space space) {
      values.resize(std::size_t{lanes} * gemm.k);
      for (uint32_t l = 0; l < lanes; ++l) {
        for (uint32_t i = 0; i < gemm.k; ++i) {
          const int wide = op.input.format == Format::int16 || op.input.format == Format::int32 ? 1000 : 1;
          const int v = (static_cast<int>(random() % 9) - 4) * wide;
          values[l * gemm.k + i] = v;
          uint8_t* at = machine.buffer_bytes(space) + l * k_pitch + i * op.input.k[2].stride / 8;
          if (op.input.format == Format::fp32) {
            const float f = static_cast<float>(v);
            std::memcpy(at, &f, 4);
          } else {
            std::memcpy(at, &v, traits_of(op.input.format).bits / 8);
          }
        }
      }
    };
    draw(input, gemm.m, Space::input);
    draw(weight, gemm.n, Space::weight);
  }

  /// The number of wrong results.
  uint64_t wrong(Accelerator& machine) const {
    uint64_t count = 0;
    for (uint32_t m = 0; m < gemm.m; ++m) {
      for (uint32_t n = 0; n < gemm.n; ++n) {
        int sum = 0;
        for (uint32_t k = 0; k < gemm.k; ++k) sum += input[m * gemm.k + k] * weight[n * gemm.k + k];
        const uint8_t* at = machine.buffer_bytes(Space::output) + m * n_pitch + n * 4;
        float f;
        int32_t i;
        std::memcpy(&f, at, 4);
        std::memcpy(&i, at, 4);
        count += op.accumulator == Format::fp32 ? f != static_cast<float>(sum) : i != sum;
      }
    }
    return count;
  }

  Gemm gemm;
  int64_t k_pitch = 0, n_pitch = 0;
  MatMul op;
  std::vector<int> input, weight;
};

}  // namespace systole::test
