#include <catch2/catch.hpp>
#include <cmath>

#include "activations.h"
#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/fp64.h"
#include "sim/reference/post_ops.h"

namespace systole::test {
namespace {

/// What fp64_error should find, by loops over the layer as the user writes it.
double naive_error(const Layer& layer, const TensorData& data, const std::vector<float>& output) {
  const std::vector<double> sums =
      naive_outputs<float>(layer, data, [](const std::vector<Factors<float>>& factors) {
        double sum = 0;
        for (const auto& [input, weight] : factors) sum += double{input} * double{weight};
        return sum;
      });
  const std::vector<float> bias = numbers<float>(data.bias);
  const Problem problem = make_problem(layer);
  double worst = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    double value = sums[i] + (layer.bias ? double{bias[bias_index(problem, i)]} : 0);
    if (layer.activation) value = std::max(value, 0.0);
    worst = std::max(worst, std::abs(double{output[i]} - value));
  }
  return worst;
}

/// Outputs as some machine might have left them: sums in fp32, k ascending.
std::vector<uint8_t> summed_in_fp32(const Layer& layer, const TensorData& data) {
  const std::vector<float> sums =
      naive_outputs<float>(layer, data, [](const std::vector<Factors<float>>& factors) {
        float sum = 0;
        for (const auto& [input, weight] : factors) sum += input * weight;
        return sum;
      });
  return bytes_of(finish(make_problem(layer), sums, data.bias));
}

/// 67.4 M MACs over 512 x 512 outputs, all factors 1: four outputs a stretch.
struct Large {
  Layer layer = gemm_layer("large", {1, 512, 512, 257, false, false});
  Problem problem = make_problem(layer);
  TensorData data{bytes_of(std::vector<float>(512 * 257, 1)), bytes_of(std::vector<float>(512 * 257, 1)), {}};
  std::vector<float> output = std::vector<float>(512 * 512, 257);
  Fp64Error error() const { return fp64_error(problem, data, bytes_of(output)); }
};

}  // namespace

// 2 * (60000 * 2) is beyond fp16, whose output is infinite, and 400 * 2 beyond E4M3, which saturates at 448.
TEST_CASE("what an output's format cannot hold is an error of it", "[reference]") {
  Layer layer = gemm_layer("wide", {1, 1, 1, 2, false, false}, Format::fp16);
  const Problem fp16 = make_problem(layer);
  const auto halves = [](uint16_t a, uint16_t b) {
    return std::vector<uint8_t>{static_cast<uint8_t>(a), static_cast<uint8_t>(a >> 8),
                                static_cast<uint8_t>(b), static_cast<uint8_t>(b >> 8)};
  };
  const TensorData data{halves(0x7b53, 0x7b53), halves(0x4000, 0x4000), {}};
  CHECK(std::isinf(fp64_error(fp16, data, {0x00, 0x7c}).max_abs_error));
  layer.format.input = Format::fp8_e4m3;
  layer.gemm.k = 1;
  CHECK(fp64_error(make_problem(layer), {{0x7c}, {0x40}, {}}, {0x7e}).max_abs_error == 384 * 2 - 448);
}

TEST_CASE("the error against fp64 is that of the textbook's loops", "[reference]") {
  for (Layer layer : awkward_layers(Format::fp32)) {
    for (const bool has_bias : {false, true}) {
      layer.bias = has_bias, layer.activation = relu(has_bias);
      INFO(layer.name << (has_bias ? " with bias and relu" : ""));
      const TensorData data = make_tensors(layer, make_problem(layer), 1);
      const std::vector<uint8_t> output = summed_in_fp32(layer, data);
      const Fp64Error error = fp64_error(make_problem(layer), data, output);
      CHECK(error.outputs == make_problem(layer).output_elements());
      // Both round to fp64 in their own order: some 2^-29 of the fp32 error and less.
      CHECK(error.max_abs_error == Approx(naive_error(layer, data, numbers<float>(output))).margin(1e-12));
    }
  }
}

TEST_CASE("integers leave no error, and a spoilt output shows", "[reference]") {
  for (Layer layer : awkward_layers(Format::fp32)) {
    INFO(layer.name);
    layer.data.kind = DataKind::integers;
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 1);
    std::vector<float> output = numbers<float>(summed_in_fp32(layer, data));
    CHECK(fp64_error(problem, data, bytes_of(output)).max_abs_error == 0);
    output.back() += 0.5F;
    CHECK(fp64_error(problem, data, bytes_of(output)).max_abs_error == 0.5);
  }
}

TEST_CASE("large layers are sampled, in step with no stride of theirs", "[reference]") {
  Large large;
  CHECK(large.error().outputs == 65536);
  CHECK(large.error().max_abs_error == 0);
  for (const size_t stride : {4, 64, 512}) {
    for (const size_t first : {size_t{0}, stride - 1}) {
      Large spoilt;
      for (size_t i = first; i < spoilt.output.size(); i += stride) spoilt.output[i] += 2;
      INFO("every " << stride << "th output, from " << first);
      CHECK(spoilt.error().max_abs_error == 2);
    }
  }
}

}  // namespace systole::test
