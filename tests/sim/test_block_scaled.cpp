// Block-scaled operands on the machine: traffic and energy of a layer counted by hand, products against exact
// sums of the OCP rules, and what NaN and flipped exponents do.
#include <catch2/catch.hpp>
#include <optional>

#include "sim/config/config.h"
#include "sim/config/energy.h"
#include "sim/run/simulate_layer.h"
#include "sim/workload/block_shape.h"
#include "sim/workload/data.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/stepping_under_test.h"
#include "tests/unit/number/ocp_blocks.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

constexpr Format kFormats[] = {Format::mxfp8, Format::mxfp6, Format::mxfp4};
constexpr BufferParams kSmall{2048, 4, 1, 64, 2}, kLarge{64 << 10, 16, 1, 64, 2};

/// `tiny_2x2`; there is one machine in a process.
class Tiny {
 public:
  Tiny() {
    options_.arch = load_arch("tiny_2x2", {});
    options_.energy = load_energy_table("lecture", options_.arch.params);
    options_.audit = true;
    machine_.emplace(options_.arch.params, stepping_under_test());
  }
  nlohmann::ordered_json run(const Layer& layer) {
    PlannedLayer planned = plan_layer(options_, layer);
    return report_layer(simulate_layer(*machine_, planned, options_), planned, options_).results;
  }

 private:
  RunOptions options_;
  std::optional<Accelerator> machine_;
};

Layer gemm_4x4x64(Format format) {
  Layer layer = gemm_layer("gemm", {1, 4, 4, 64, false, true}, format);
  layer.algorithm = "direct";
  return layer;
}

/// Element `index` of a tensor as OCP's rules say, its code put together bit by bit.
double ocp_number(Format format, const std::vector<uint8_t>& row, uint64_t index, uint8_t exponent) {
  const NumberFormat& f = traits_of(format);
  uint32_t code = 0;
  for (uint32_t b = 0; b < f.bits; ++b) {
    const uint64_t bit = index * f.bits + b;
    code |= (row[bit / 8] >> bit % 8 & 1U) << b;
  }
  const auto value = ocp_value(ocp_element(format), code), scale = ocp_scale(exponent);
  return value && scale ? *value * *scale : std::numeric_limits<double>::quiet_NaN();
}

/// The numbers of [rows][k], each row begun at a byte.
std::vector<double> ocp_rows(Format format, const std::vector<uint8_t>& tensor,
                             const std::vector<uint8_t>& exponents, uint64_t rows, uint64_t k) {
  const uint64_t bytes = row_bits(format, k) / 8, blocks = (k + 31) / 32;
  std::vector<double> numbers;
  for (uint64_t r = 0; r < rows; ++r) {
    const auto begin = tensor.begin() + static_cast<std::ptrdiff_t>(r * bytes);
    const std::vector<uint8_t> row(begin, begin + static_cast<std::ptrdiff_t>(bytes));
    for (uint64_t i = 0; i < k; ++i)
      numbers.push_back(ocp_number(format, row, i, exponents[r * blocks + i / 32]));
  }
  return numbers;
}

float output_at(const std::vector<uint8_t>& output, uint64_t index) {
  float number;
  std::memcpy(&number, &output[4 * index], sizeof number);
  return number;
}

}  // namespace

// 2 x 2 PEs, words of 8 bytes. A and B have 4 rows of 64 elements, 2 blocks each: 4 * 64 * bits / 8 bytes and
// 8 exponents, a byte a block. Four folds of 2 rows by 2 columns: in each, two ports of a side open the w
// words of a row of elements, and one word that holds the exponents of both (the second port finds it opened
// by its neighbour). So either buffer reads 4 * 2 * w words of elements and 4 of exponents; loading writes 4
// * w and 1. The 16 results of 4 bytes leave as 8 words, a fold's row a word each, and are stored as 8. DRAM:
// bursts of 64 bytes.
TEST_CASE("mx: a gemm of 4 x 4 x 64 by hand") {
  struct Expected {
    Format format;
    uint64_t bytes, words, bursts;
  };
  Tiny tiny;
  for (const auto& [format, bytes, words, bursts] :
       {Expected{Format::mxfp8, 256, 8, 4}, {Format::mxfp6, 192, 6, 3}, {Format::mxfp4, 128, 4, 2}}) {
    const auto r = tiny.run(gemm_4x4x64(format));
    INFO(traits_of(format).name);
    CHECK(r["check"]["status"] == "pass");
    CHECK(r["macs"] == 1024);
    for (const std::string side : {"input", "weight"}) {
      const std::string exponents = side + "_exponent";
      CHECK(r["dram"]["read_bytes"][side] == bytes);
      CHECK(r["dram"]["read_bytes"][exponents] == 8);
      CHECK(r["dram"]["bus_bytes_by_tensor"][side] == 64 * bursts);
      CHECK(r["dram"]["bus_bytes_by_tensor"][exponents] == 64);
      const auto& sram = r["sram"][side];
      CHECK(sram["reads_by_tensor"][side] == 8 * words);
      CHECK(sram["reads_by_tensor"][exponents] == 4);
      CHECK(sram["writes_by_tensor"][side] == 4 * words);
      CHECK(sram["writes_by_tensor"][exponents] == 1);
      CHECK(sram["elements_read"] == 4 * 2 * 64 + 4 * 2 * 64);  // each with its block's exponent
      // A burst is 8 words of 1200 pJ, a word of SRAM 26.
      CHECK(r["energy_pj"]["by_tensor"][exponents] == 9600 + 5 * 26);
      CHECK(r["energy_pj"]["by_tensor"][side] == 9600 * bursts + 12 * words * 26);
    }
    CHECK(r["dram"]["write_bytes"]["output"] == 64);
    CHECK(r["sram"]["output"]["writes"] == 8);
    CHECK(r["sram"]["output"]["reads"] == 8);
    // 1024 multiplies, 16 * 63 adds of 20 pJ.
    CHECK(r["energy_pj"]["by_tensor"]["compute"] == 20 * (1024 + 1008));
    CHECK(r["energy_pj"]["total"] ==
          20 * 2032 + 2 * (9600 * (bursts + 1) + (12 * words + 5) * 26) + 9600 + 16 * 26);
  }
}

// The same bits of elements in fp8: exponents cost one burst a side, and nothing else where no bank is short.
TEST_CASE("mx: elements of mxfp8 travel as those of fp8_e4m3") {
  Layer fp8 = gemm_4x4x64(Format::fp8_e4m3);
  fp8.format.output = Format::fp32;
  Tiny tiny;
  const auto with = tiny.run(gemm_4x4x64(Format::mxfp8)), without = tiny.run(fp8);
  for (const char* side : {"input", "weight"}) {
    CHECK(with["dram"]["read_bytes"][side] == without["dram"]["read_bytes"][side]);
    CHECK(with["sram"][side]["reads_by_tensor"][side] == without["sram"][side]["reads_by_tensor"][side]);
  }
  CHECK(without["dram"]["read_bytes"]["input_exponent"] == 0);
  CHECK(with["cycles"].get<uint64_t>() >= without["cycles"].get<uint64_t>());
}

TEST_CASE("mx: products are exact, exponents are added") {
  constexpr uint32_t kRows = 9, kCols = 7, kDepth = 100;
  AcceleratorParams params = machine(3, 2, {2, 3, 4, 2}, Interconnect::systolic, true, kSmall);
  params.pe_array.mma.sum = for_every_format(std::optional(Summation(SumRule::fused)));
  Accelerator accelerator(params, stepping_under_test());
  const RunOptions options = options_for(params);
  for (const Format input : kFormats) {
    for (const Format weight : kFormats) {
      Layer layer = gemm_layer("gemm", {1, kRows, kCols, kDepth, false, true}, input);
      layer.format.weight = weight;
      layer.algorithm = "direct";
      const LayerRun run = run_layer(accelerator, options, layer);
      INFO(traits_of(input).name << " by " << traits_of(weight).name);
      CHECK(run.failure == "");
      const TensorData data = make_tensors(layer, make_problem(layer), options.seed);
      const auto a = ocp_rows(input, data.input, data.input_exponents, kRows, kDepth),
                 b = ocp_rows(weight, data.weight, data.weight_exponents, kCols, kDepth);
      for (uint32_t m = 0; m < kRows; ++m) {
        for (uint32_t n = 0; n < kCols; ++n) {
          // Products are multiples of 2^-42, sums of magnitudes below 2^11: sums of doubles are exact.
          double sum = 0, magnitude = 0;
          for (uint32_t k = 0; k < kDepth; ++k) {
            const double product = a[m * kDepth + k] * b[n * kDepth + k];
            sum += product;
            magnitude += std::fabs(product);
          }
          const double allowed = kDepth * 0x1p-24 / (1 - kDepth * 0x1p-24) * magnitude;
          CHECK(std::fabs(double{output_at(run.output, m * kCols + n)} - sum) <= allowed);
        }
      }
    }
  }
}

namespace {

// Small integers are elements of every block-scaled format, and their sums are exact in any order.
void check_integers(const BufferParams& buffer) {
  const AcceleratorParams params = machine(4, 3, {1, 2, 4, 1}, Interconnect::broadcast, true, buffer);
  Accelerator accelerator(params, stepping_under_test());
  const RunOptions options = options_for(params);
  for (const Format format : kFormats) {
    for (const char* algorithm : {"direct", "implicit_gemm"}) {
      Layer layer = conv_layer("conv", {2, 2, 80, 7, 6, 6, 3, 2, {2, 1}, {1, 2}, {1, 1, 1, 2}}, format);
      layer.data.kind = DataKind::integers;
      layer.algorithm = algorithm;
      const LayerRun run = run_layer(accelerator, options, layer);
      INFO(traits_of(format).name << " " << algorithm);
      CHECK(run.failure == "");
      const Problem p = make_problem(layer);
      const auto numbers = [&](const char* tensor, uint64_t count) {
        std::vector<float> floats(count);
        const auto lanes =
            drawn(Distribution::integers, tensor_seed(options.seed, layer.name, tensor), 0, count);
        std::memcpy(floats.data(), lanes.data(), 4 * count);
        return floats;
      };
      const std::vector<float> x = numbers("input", 2 * 7 * 6 * 80), w = numbers("weight", 6 * 3 * 2 * 40);
      uint64_t wrong = 0;
      for (uint64_t i = 0; i < p.output_elements(); ++i) {
        const int64_t filter = static_cast<int64_t>(i % 6), group = filter / 3;
        const auto pixel = static_cast<int64_t>(i / 6);
        const int64_t image = pixel / p.Q / p.P, row = pixel / p.Q % p.P, col = pixel % p.Q;
        int64_t sum = 0;
        for (int64_t r = 0; r < 3; ++r) {
          for (int64_t s = 0; s < 2; ++s) {
            const int64_t y = row * 2 + r - 1, z = col + 2 * s - 1;
            if (y < 0 || y >= 7 || z < 0 || z >= 6) continue;
            for (int64_t c = 0; c < 40; ++c)
              sum += static_cast<int64_t>(x[((image * 7 + y) * 6 + z) * 80 + group * 40 + c]) *
                     static_cast<int64_t>(w[((filter * 3 + r) * 2 + s) * 40 + c]);
          }
        }
        wrong += output_at(run.output, i) != static_cast<float>(sum);
      }
      CHECK(wrong == 0);
    }
  }
}

}  // namespace

TEST_CASE("mx: convolutions of small integers are exact in small buffers") { check_integers(kSmall); }
TEST_CASE("mx: convolutions of small integers are exact in large buffers") { check_integers(kLarge); }

TEST_CASE("mx: a block whose exponent is 0xFF is NaN, and its row of outputs alone") {
  const Layer layer = gemm_4x4x64(Format::mxfp4);
  RunOptions options = options_for(machine(2, 2, {}, Interconnect::systolic, true, kLarge));
  Accelerator accelerator(options.arch.params, stepping_under_test());
  const std::vector<uint8_t> right = run_layer(accelerator, options, layer).output;
  options.tamper = [&](Accelerator& machine) {
    machine.dram_bytes()[plan_layer(options, layer).lowered.layout.input_exponents + 5] =
        0xFF;  // row 2, block 1
  };
  const LayerRun run = run_layer(accelerator, options, layer);
  CHECK(run.failure != "");
  for (uint64_t i = 0; i < 16; ++i) {
    INFO(i);
    if (i / 4 == 2) {
      CHECK(std::isnan(output_at(run.output, i)));
    } else {
      CHECK(output_at(run.output, i) == output_at(right, i));
    }
  }
}

TEST_CASE("mx: a wrong exponent of either operand fails the check") {
  const Layer layer = gemm_4x4x64(Format::mxfp6);
  RunOptions options = options_for(machine(2, 2, {}, Interconnect::systolic, true, kLarge));
  Accelerator accelerator(options.arch.params, stepping_under_test());
  CHECK(run_layer(accelerator, options, layer).failure == "");
  for (const bool input : {true, false}) {
    options.tamper = [&](Accelerator& machine) {
      const DramLayout layout = plan_layer(options, layer).lowered.layout;
      machine.dram_bytes()[input ? layout.input_exponents : layout.weight_exponents] ^= 1;
    };
    CHECK(run_layer(accelerator, options, layer).failure != "");
  }
}

}  // namespace systole::test
