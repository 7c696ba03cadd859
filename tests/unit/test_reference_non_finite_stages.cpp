// Infinities, NaNs and overflow in algorithms that transform: a finite result that they lose is wrong.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "lowering_case.h"
#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/check.h"
#include "sim/reference/staged.h"

namespace systole::test {
namespace {

using Catch::Contains;

constexpr float kInf = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();

/// 6 x 6 outputs of a 3 x 3 filter, padded by one; all numbers alike but the given one.
struct Square {
  Layer layer = conv_layer("square", {1, 1, 1, 6, 6, 1, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  std::vector<float> input = std::vector<float>(36, 1), weight = std::vector<float>(9, 1), bias = {0};

  TensorData data() const {
    return {bytes_of(input), bytes_of(weight), layer.bias ? bytes_of(bias) : std::vector<uint8_t>{}};
  }
};

struct Lowered {
  LoweredLayer lowered;
  DramLayout layout;

  Lowered(Layer layer, const std::string& algorithm)
      : lowered(find_algorithm(algorithm)->lower(
            {layer, small_machine(4, 4, {}, 16 << 10), Dataflow::output_stationary})),
        layout(lowered.layout) {
    layout.total_bytes = std::max(layout.total_bytes, lowered.reference_bytes);
  }
};

/// Of what the algorithm's stages leave when nothing goes wrong on the machine.
CheckResult check_of(const Layer& layer, const TensorData& data, const std::string& algorithm) {
  const Lowered planned(layer, algorithm);
  const OutputRecipe recipe{planned.lowered.order, planned.lowered.stages, planned.layout};
  return check_layer(layer, recipe, data, make_references(layer, recipe, data, 1).ordered);
}

const char* const kTransforming[] = {"winograd", "winograd_nonfused", "fft", "fft_tiling"};

}  // namespace

// Every output is 1e38. Winograd's F(2, 3) adds four inputs, a Fourier transform all of a tile:
// beyond 3.4e38.
TEST_CASE("a transform that overflows fails, whatever the layer's result is", "[non_finite]") {
  Square square;
  square.input.assign(36, 1e38F);
  square.weight = {0, 0, 0, 0, 1, 0, 0, 0, 0};
  for (const char* algorithm : kTransforming) {
    INFO(algorithm);
    const CheckResult lost = check_of(square.layer, square.data(), algorithm);
    CHECK(lost.status == CheckStatus::fail);
    CHECK(lost.follows_ordered);
    CHECK(lost.worst_index == std::vector<uint64_t>{0, 0, 0, 0});
    CHECK(std::isinf(lost.max_abs_error));
    CHECK(std::isfinite(lost.tolerance));
    CHECK_THAT(lost.reason, Contains("36 of 36 outputs differ from fp64 in class") &&
                                Contains(", expected 9.99999968e+37") && Contains(": fp32 overflows in '"));
  }
  for (const char* algorithm : {"direct", "implicit_gemm", "explicit_gemm"}) {
    INFO(algorithm);
    const CheckResult right = check_of(square.layer, square.data(), algorithm);
    CHECK(right.status == CheckStatus::pass);
    CHECK(right.max_abs_error == 0);
  }
}

// A11 + A22 = 6e38, and each output has a product with that or with A11 + A12 or A21 + A22 in it.
TEST_CASE("so does Strassen's sum of blocks", "[non_finite]") {
  const Layer layer = gemm_layer("blocks", {1, 4, 4, 4, false, false});
  std::vector<float> identity(16, 0);
  for (size_t i = 0; i < 4; ++i) identity[5 * i] = 1;
  const TensorData data{bytes_of(std::vector<float>(16, 3e38F)), bytes_of(identity), {}};
  const CheckResult lost = check_of(layer, data, "strassen");
  CHECK(lost.status == CheckStatus::fail);
  CHECK_THAT(lost.reason, Contains("differ from fp64 in class") && Contains(": fp32 overflows in '"));
  CHECK(check_of(layer, data, "direct").status == CheckStatus::pass);
}

// Input (2, 2) is in the windows of outputs 1 to 3; F(4, 3) spreads it over outputs 0 to 3.
TEST_CASE("an operand that a transform spreads is named", "[non_finite]") {
  for (const float odd : {kInf, -kInf, kNan}) {
    Square square;
    square.input[2 * 6 + 2] = odd;
    square.layer.transform.winograd_m = 4;
    for (const char* algorithm : kTransforming) {
      INFO(algorithm << ", " << odd);
      const CheckResult spread = check_of(square.layer, square.data(), algorithm);
      CHECK(spread.status == CheckStatus::fail);
      CHECK_THAT(spread.reason,
                 Contains(fmt::format(": input [0, 2, 2, 0] is {}", odd)) && !Contains("overflows"));
    }
    for (const char* algorithm : {"direct", "implicit_gemm", "explicit_gemm"})
      CHECK(check_of(square.layer, square.data(), algorithm).status == CheckStatus::pass);
  }
}

// An infinite weight makes outputs infinite, but NaN at padding zeros; a transform makes all of them NaN. A
// NaN makes all of them NaN in truth as well, and a bias is added behind the transforms.
TEST_CASE("weights and biases that are not finite", "[non_finite]") {
  Square square;
  square.layer.bias = true;
  for (const char* algorithm : kTransforming) {
    INFO(algorithm);
    square.weight.assign(9, 1);
    square.bias = {kInf};
    CHECK(check_of(square.layer, square.data(), algorithm).status == CheckStatus::pass);
    square.bias = {1};
    square.weight[3] = kNan;
    CHECK(check_of(square.layer, square.data(), algorithm).status == CheckStatus::pass);
    square.weight[3] = square.weight[8] = kInf;
    const CheckResult lost = check_of(square.layer, square.data(), algorithm);
    CHECK(lost.status == CheckStatus::fail);
    CHECK_THAT(lost.reason, Contains("weight [0, 1, 0, 0] is inf (and 1 more of it are not finite)"));
  }
}

// 8e37 times 4 of the data transform, times 1.5 / 4 of the filter's, times 4 terms of an output: 4.8e38.
TEST_CASE("a bound beyond fp32's range is a bound still", "[non_finite]") {
  Square square;
  square.input.assign(36, 8e37F);
  square.weight = {0, 0, 0, 0, 1.5F, 0, 0, 0, 0};
  square.layer.transform.winograd_m = 2;
  const Lowered planned(square.layer, "winograd_nonfused");
  const OutputRecipe recipe{planned.lowered.order, planned.lowered.stages, planned.layout};
  References references = make_references(square.layer, recipe, square.data(), 1);
  const CheckResult right = compare(square.layer, square.data(), references.ordered, references);
  CHECK(right.reason.empty());
  CHECK(right.status == CheckStatus::pass);
  std::vector<float> outputs = numbers<float>(references.ordered);
  outputs[14] *= 1.01F;
  references.ordered = bytes_of(outputs);
  const CheckResult wrong = compare(square.layer, square.data(), references.ordered, references);
  CHECK(wrong.status == CheckStatus::fail);
  CHECK(wrong.worst_index == std::vector<uint64_t>{0, 2, 2, 0});
}

TEST_CASE("magnitudes of stages are linear in the operands, beyond fp32's range as well", "[non_finite]") {
  Square square;
  for (size_t i = 0; i < 36; ++i) square.input[i] = static_cast<float>(i % 7) / 4 - 0.6F;
  for (const char* algorithm : kTransforming) {
    INFO(algorithm);
    const Lowered planned(square.layer, algorithm);
    const auto of = [&](const TensorData& data) {
      return staged_magnitudes(planned.lowered.stages, planned.layout, make_problem(square.layer), data, 1)
          .outputs;
    };
    const std::vector<double> small = of(square.data());
    Square large = square;
    for (float& value : large.input) value *= 0x1p126F;
    const std::vector<double> beyond = of(large.data());
    double largest = 0;
    for (size_t i = 0; i < 36; ++i) {
      CHECK(beyond[i] == Approx(small[i] * 0x1p126).epsilon(1e-6));
      CHECK(beyond[i] >= small[i] * 0x1p126);
      largest = std::max(largest, beyond[i]);
    }
    CHECK(largest > 0x1p128);
  }
}

}  // namespace systole::test
