#include <catch2/catch.hpp>
#include <cmath>

#include "activations.h"
#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/bound.h"
#include "sim/reference/compare.h"
#include "sim/reference/onednn.h"
#include "sim/reference/post_ops.h"

using namespace systole;
using namespace systole::test;

TEST_CASE("oneDNN's fp32 sums lie within half the bound of sums in double precision", "[reference]") {
  for (const Layer& layer : awkward_layers(Format::fp32)) {
    INFO(layer.name);
    const Problem problem = make_problem(layer);
    const TensorData data = make_tensors(layer, problem, 13);
    const auto [sums, magnitudes] = onednn_sums_fp32(problem, data);
    const auto exact = naive_outputs<float>(layer, data, [](const auto& factors) {
      double sum = 0;
      for (const auto& f : factors) sum += double{f.input} * f.weight;
      return sum;
    });
    const auto exact_magnitudes = naive_outputs<float>(layer, data, [](const auto& factors) {
      double sum = 0;
      for (const auto& f : factors) sum += std::fabs(double{f.input} * f.weight);
      return sum;
    });
    const ErrorBound bound(problem);
    REQUIRE(sums.size() == exact.size());
    uint64_t beyond = 0;
    for (size_t i = 0; i < sums.size(); ++i) {
      beyond += std::fabs(sums[i] - exact[i]) > bound.tolerance(magnitudes[i], 0) / 2;
      beyond += std::fabs(magnitudes[i] - exact_magnitudes[i]) > 1e-5 * exact_magnitudes[i];
    }
    CHECK(beyond == 0);
  }
}

TEST_CASE("the bound is twice gamma(K + 2) of the sum of magnitudes", "[reference]") {
  Layer layer = gemm_layer("bound", {1, 1, 1, 6, false, false});
  const double u = 0x1p-24, gamma8 = 8 * u / (1 - 8 * u);
  CHECK(ErrorBound(make_problem(layer)).tolerance(100, 0) == Approx(2 * gamma8 * 100).epsilon(1e-6));
  CHECK(ErrorBound(make_problem(layer)).tolerance(100, -50) == Approx(2 * gamma8 * 150).epsilon(1e-6));
  layer.scale = -0.25F;
  CHECK(ErrorBound(make_problem(layer)).tolerance(100, 50) == Approx(gamma8 * 75).epsilon(1e-6));
  CHECK(ErrorBound(make_problem(layer)).tolerance(0, 0) > 0);
  CHECK(std::isinf(ErrorBound(make_problem(layer)).tolerance(INFINITY, 0)));
}

TEST_CASE("comparisons count, locate and measure differences", "[reference]") {
  const std::vector<float> reference = {1, -2, NAN, INFINITY, 0.0F, 4};
  std::vector<float> output = reference;
  CHECK(compare_exactly(Format::fp32, bytes_of(output), bytes_of(reference)).count == 0);
  output[1] = -2.5F, output[4] = -0.0F, output[5] = 5;
  const Difference difference = compare_exactly(Format::fp32, bytes_of(output), bytes_of(reference));
  CHECK(difference.count == 3);
  CHECK(difference.first == 1);
  CHECK(difference.worst == 5);
  const auto expected = [&](uint64_t i) { return double{reference[i]}; };
  const auto allowed = [](uint64_t i) { return i == 1 ? 0.25 : 2.0; };
  const Closeness closeness = compare_closely(Format::fp32, bytes_of(output), expected, allowed);
  CHECK(closeness.beyond == 1);
  CHECK(closeness.other_class == 0);
  CHECK(closeness.worst == 1);
  CHECK(closeness.max_abs_error == 1);
  CHECK(closeness.max_magnitude == 4);
  output[2] = 7, output[3] = -INFINITY;
  const Closeness apart =
      compare_closely(Format::fp32, bytes_of(output), expected, [](uint64_t) { return INFINITY; });
  CHECK(apart.beyond == 2);
  CHECK(apart.other_class == 2);
  CHECK(apart.worst == 2);
  CHECK(std::isinf(apart.max_abs_error));
  CHECK(std::isinf(distance(1, NAN)));
  CHECK(distance(INFINITY, INFINITY) == 0);
  CHECK(element(Format::int8, {1, 0xfe}, 1) == -2);
  CHECK(element(Format::int32, bytes_of<int32_t>({7, -70000}), 1) == -70000);
}

TEST_CASE("post operations: bias by channel, scale, ReLU, requantization", "[reference]") {
  Layer layer = conv_layer("post", {1, 2, 2, 1, 2, 4, 1, 1});
  layer.bias = true, layer.activation = relu();
  const auto bias = bytes_of<float>({1, 2, 3, -10});
  const std::vector<float> sums = {1, 1, -5, 1, -1, -1, -1, 20};
  CHECK(finish(make_problem(layer), sums, bias) == std::vector<float>({2, 3, 0, 0, 0, 1, 2, 10}));
  layer.activation = relu(false), layer.scale = 0.5F;
  CHECK(finish(make_problem(layer), sums, bias) == std::vector<float>({1, 1.5F, -1, -4.5F, 0, 0.5F, 1, 5}));

  Layer gemm = gemm_layer("post", {2, 1, 2, 1, false, false}, Format::int8);
  gemm.bias = true;
  const auto integers = bytes_of<int32_t>({10, 20, 30, INT32_MAX});
  const std::vector<int32_t> counts = {1, -50, -40, 1};
  CHECK(finish(make_problem(gemm), counts, integers) == std::vector<int32_t>({11, -30, -10, INT32_MIN}));
  gemm.activation = relu();
  CHECK(finish(make_problem(gemm), counts, integers) == std::vector<int32_t>({11, 0, 0, 0}));
  gemm.bias = false, gemm.activation = relu(false), gemm.scale = 0.5F;
  const std::vector<int32_t> halves = {5, 7, -3, 1000};
  CHECK(finish(make_problem(gemm), halves, {}) == std::vector<int32_t>({2, 4, -2, 127}));
  const std::vector<int32_t> edges = {-257, -255, -1, 255};
  CHECK(finish(make_problem(gemm), edges, {}) == std::vector<int32_t>({-128, -128, 0, 127}));
  gemm.activation = relu();
  CHECK(finish(make_problem(gemm), halves, {}) == std::vector<int32_t>({2, 4, 0, 127}));
}
