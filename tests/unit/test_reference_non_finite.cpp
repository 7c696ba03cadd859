// Infinities, NaNs and overflow in layers that multiply as they are: what the references say of them, and
// what the check makes of it.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "activations.h"
#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/check.h"
#include "sim/reference/compare.h"
#include "sim/reference/fp64.h"
#include "sim/reference/ordered.h"
#include "sim/reference/packed_order.h"
#include "sim/reference/post_ops.h"

namespace systole::test {
namespace {

using Catch::Contains;
using Index = std::vector<uint64_t>;

constexpr float kInf = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kMax = std::numeric_limits<float>::max();

struct Checked {
  std::vector<float> outputs;
  CheckResult result;
};

/// What a machine that sums k in ascending order leaves, or `outputs` in its stead, and the check of that.
Checked checked(const Layer& layer, const TensorData& data, const std::vector<float>& outputs = {}) {
  static const std::vector<Stage> kNoStages;
  static const DramLayout kNoLayout;
  const Problem problem = make_problem(layer);
  const AccumulationOrder order = natural_order(problem);
  const std::vector<uint8_t> output =
      outputs.empty() ? ordered_reference(problem, order, data) : bytes_of(outputs);
  return {numbers<float>(output), check_layer(layer, {order, kNoStages, kNoLayout}, data, output)};
}

/// One output: the sum of these numbers, in this order.
Checked sum_of(const std::vector<float>& terms, bool relu = false) {
  Layer layer = gemm_layer("sum", {1, 1, 1, static_cast<uint32_t>(terms.size()), false, false});
  layer.activation = test::relu(relu);
  return checked(layer, {bytes_of(terms), bytes_of(std::vector<float>(terms.size(), 1)), {}});
}

bool same_class(double a, double b) {
  return std::isnan(a) == std::isnan(b) && std::isinf(a) == std::isinf(b) &&
         (!std::isinf(a) || std::signbit(a) == std::signbit(b));
}

uint32_t bits_of(float value) { return numbers<uint32_t>(bytes_of<float>({value}))[0]; }

float with_bits(uint32_t bits) { return numbers<float>(bytes_of<uint32_t>({bits}))[0]; }

/// 3 x 3 ones under a filter of zeros but for an infinite first tap, padded by one.
struct PaddedInf {
  Layer layer = conv_layer("padded", {1, 1, 1, 3, 3, 1, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  TensorData data{bytes_of(std::vector<float>(9, 1)), bytes_of<float>({kInf, 0, 0, 0, 0, 0, 0, 0, 0}), {}};
};

}  // namespace

TEST_CASE("a sum that overflows in the machine's order is wrong, and the message says why", "[non_finite]") {
  const Checked lost = sum_of({3e38F, 3e38F, -3e38F});
  CHECK(lost.outputs[0] == kInf);  // 6e38 on the way to 3e38
  CHECK(lost.result.status == CheckStatus::fail);
  CHECK(lost.result.reference == "ordered+fp64");
  CHECK(lost.result.worst_index == Index{0, 0, 0});
  CHECK(std::isinf(lost.result.max_abs_error));
  CHECK(std::isinf(lost.result.max_rel_error));
  CHECK(std::isfinite(lost.result.tolerance));
  CHECK_THAT(lost.result.reason,
             Contains("1 of 1 outputs differ from fp64 in class (finite, infinite, NaN), first at [0, 0, 0]: "
                      "inf, expected 3") &&
                 Contains(": fp32 overflows in the machine's order of summation"));

  const Checked zero = sum_of({3e38F, 3e38F, -3e38F, -3e38F});
  CHECK(zero.outputs[0] == kInf);
  CHECK(zero.result.status == CheckStatus::fail);
}

TEST_CASE("ReLU hides no overflow", "[non_finite]") {
  const Checked lost = sum_of({-3e38F, -3e38F, 3e38F, 3e38F, 1e38F}, true);
  CHECK(lost.outputs[0] == 0);  // relu(-Inf) instead of 1e38
  CHECK(lost.result.status == CheckStatus::fail);
  CHECK_THAT(lost.result.reason, Contains("by more than the bound") && Contains("fp32 overflows"));
  const Checked same = sum_of({-3e38F, -3e38F, 3e38F}, true);
  CHECK(same.outputs[0] == 0);
  CHECK(same.result.status == CheckStatus::pass);
}

TEST_CASE("a sum that is beyond fp32 in truth is infinite", "[non_finite]") {
  const Checked beyond = sum_of({3e38F, 3e38F});
  CHECK(beyond.outputs[0] == kInf);
  CHECK(beyond.result.status == CheckStatus::pass);
  CHECK(beyond.result.max_abs_error == 0);
  CHECK(beyond.result.max_rel_error == 0);
  CHECK(beyond.result.worst_index.empty());
  const Checked large = sum_of({1e38F, 1e38F, -1e38F});
  CHECK(large.outputs[0] == 1e38F);
  CHECK(large.result.status == CheckStatus::pass);
  CHECK(large.result.reference == "ordered+fp64");  // another order might have overflowed
}

// 2^103 is half a unit of the largest number: a sum of both is a tie, which is rounded to infinity.
TEST_CASE("within the bound of the largest number either side is right", "[non_finite]") {
  const Checked above = sum_of({kMax, 0x1p103F, -0x1p102F});
  CHECK(above.outputs[0] == kInf);
  CHECK(above.result.status == CheckStatus::pass);
  CHECK(above.result.max_abs_error == 0x1p102);
  const Checked below = sum_of({kMax, 0x1p102F, 0x1p102F});
  CHECK(below.outputs[0] == kMax);
  CHECK(below.result.status == CheckStatus::pass);
  CHECK(below.result.max_abs_error == 0x1p103);
  CHECK(distance_of_output(kInf, -3.4e38, 1e38) == kInf);
  CHECK(distance_of_output(kInf, 3.4e38, kInf) == kInf);
  CHECK(distance_of_output(-kInf, -1e60, 0) == 0);
}

// The window of an output in row or column 0 has its first tap in the padding: 0 * Inf.
TEST_CASE("padding zeros multiply as IEEE says, and the library that skips them is left out",
          "[non_finite]") {
  const PaddedInf padded;
  const Checked right = checked(padded.layer, padded.data);
  for (size_t i = 0; i < 9; ++i) {
    INFO("output " << i);
    CHECK(std::isnan(right.outputs[i]) == (i < 3 || i % 3 == 0));
    CHECK((right.outputs[i] == kInf) == (i >= 3 && i % 3 != 0));
  }
  CHECK(right.result.status == CheckStatus::pass);
  CHECK(right.result.reference == "ordered+fp64");
  CHECK(right.result.worst_index.empty());

  std::vector<float> skipped = right.outputs;
  for (float& output : skipped) output = std::isnan(output) ? 0 : output;
  const Checked wrong = checked(padded.layer, padded.data, skipped);
  CHECK(wrong.result.status == CheckStatus::fail);
  CHECK(wrong.result.worst_index == Index{0, 0, 0, 0});

  const Problem problem = make_problem(padded.layer);
  CHECK(fp64_error(problem, padded.data, bytes_of(right.outputs)).max_abs_error == 0);
  CHECK(std::isinf(fp64_error(problem, padded.data, bytes_of(skipped)).max_abs_error));
}

TEST_CASE("operands that are not finite: fp64 says what the textbook's loops say", "[non_finite]") {
  for (Layer layer : awkward_layers(Format::fp32)) {
    layer.bias = true;
    for (const bool relu : {false, true}) {
      layer.activation = test::relu(relu);
      const Problem problem = make_problem(layer);
      const TensorData drawn = make_tensors(layer, problem, 7);
      for (const float odd : {kInf, -kInf, kNan, 3e38F}) {
        for (const int tensor : {0, 1, 2}) {
          INFO(layer.name << ", " << odd << " in tensor " << tensor << (relu ? ", relu" : ""));
          TensorData data = drawn;
          std::vector<uint8_t>& bytes = tensor == 0 ? data.input : tensor == 1 ? data.weight : data.bias;
          std::vector<float> values = numbers<float>(bytes);
          values[values.size() / 3] = odd;
          bytes = bytes_of(values);
          const std::vector<float> bias = numbers<float>(data.bias);
          std::vector<double> naive = naive_outputs<float>(layer, data, [](const auto& factors) {
            double sum = 0;
            for (const auto& f : factors) sum += double{f.input} * double{f.weight};
            return sum;
          });
          const Fp64Layer fp64(problem, data);
          uint64_t other = 0;
          for (uint64_t i = 0; i < naive.size(); ++i) {
            naive[i] += double{bias[bias_index(problem, i)]};
            if (relu && naive[i] < 0) naive[i] = 0;
            const double value = fp64.output(i);
            other += !same_class(value, naive[i]) ||
                     (std::isfinite(value) && value != Approx(naive[i]).margin(1e-9 * fp64.magnitude(i)));
          }
          CHECK(other == 0);
          if (odd == 3e38F) continue;  // its sums may overflow
          const Checked right = checked(layer, data);
          CHECK(right.result.reason.empty());
          CHECK(right.result.status == CheckStatus::pass);
          CHECK(right.result.reference == "ordered+fp64");
          for (uint64_t i = 0; i < naive.size(); ++i) other += !same_class(right.outputs[i], naive[i]);
          CHECK(other == 0);
        }
      }
    }
  }
}

// Machine and ordered reference agree on a wrong number; the second reference has 0 = relu(-Inf), or 1 of
// which an infinity among the stages' magnitudes must not take away the bound.
TEST_CASE("a bound that is not finite lets nothing finite pass", "[non_finite]") {
  Layer layer = gemm_layer("relu", {1, 1, 1, 1, false, false});
  layer.activation = relu();
  const auto status = [&](float output, const TensorData& data, References references) {
    references.ordered = bytes_of<float>({output});
    const CheckResult result = compare(layer, data, references.ordered, references);
    CHECK(std::isfinite(result.tolerance));
    return result.status;
  };
  References fp64;
  fp64.second_name = "fp64";
  const TensorData infinite{bytes_of<float>({-kInf}), bytes_of<float>({1}), {}};
  CHECK(status(0, infinite, fp64) == CheckStatus::pass);
  CHECK(status(5, infinite, fp64) == CheckStatus::fail);
  fp64.staged_roundings = 10;
  fp64.staged_magnitudes = {kInf};
  const TensorData one{bytes_of<float>({1}), bytes_of<float>({1}), {}};
  CHECK(status(1, one, fp64) == CheckStatus::pass);
  CHECK(status(0, one, fp64) == CheckStatus::fail);
}

TEST_CASE("there is one NaN, and ReLU keeps it", "[non_finite]") {
  Layer layer = gemm_layer("post", {1, 1, 4, 1, false, false});
  layer.activation = relu();
  const std::vector<float> sums = {with_bits(0xFFC01234), -kInf, kInf, with_bits(0x7F800001)};
  const std::vector<float> outputs = finish(make_problem(layer), sums, {});
  CHECK(bits_of(outputs[0]) == 0x7FC00000);
  CHECK(bits_of(outputs[1]) == 0);
  CHECK(outputs[2] == kInf);
  CHECK(bits_of(outputs[3]) == 0x7FC00000);

  const TensorData data{bytes_of<float>({kNan}), bytes_of<float>({1, 1, 1, 1}), {}};
  CHECK(checked(layer, data).result.status == CheckStatus::pass);
  const Checked other = checked(layer, data, {kNan, kNan, with_bits(0xFFC00000), kNan});
  CHECK(other.result.status == CheckStatus::fail);
  CHECK(other.result.worst_index == Index{0, 0, 2});
}

}  // namespace systole::test
