#include <catch2/catch.hpp>

#include "activations.h"
#include "reference_cases.h"
#include "reference_naive.h"
#include "sim/reference/check.h"
#include "sim/reference/ordered.h"
#include "sim/reference/packed_order.h"

using namespace systole;
using namespace systole::test;

namespace {

struct Case {
  Layer layer;
  AccumulationOrder order;
  TensorData data;
  std::vector<uint8_t> output;

  explicit Case(const Layer& of) : layer(of) {
    const Problem problem = make_problem(layer);
    order = natural_order(problem);
    data = make_tensors(layer, problem, 14);
    output = ordered_reference(problem, order, data);
  }
  CheckResult check() const { return check_layer(layer, recipe(), data, output); }
  OutputRecipe recipe() const {
    static const std::vector<Stage> kNoStages;
    static const DramLayout kNoLayout;
    return {order, kNoStages, kNoLayout};
  }
};

Layer with_post_ops(Layer layer) {
  layer.bias = true, layer.activation = relu();
  layer.scale = 0.004F;
  return layer;
}

}  // namespace

TEST_CASE("a right output passes the check", "[check]") {
  for (Format format : {Format::fp32, Format::int8}) {
    for (const Layer& layer : awkward_layers(format)) {
      for (const Layer& variant : {layer, with_post_ops(layer)}) {
        const CheckResult result = Case(variant).check();
        INFO(layer.name << ": " << result.reason);
        CHECK(result.status == CheckStatus::pass);
        CHECK(result.reason.empty());
        CHECK(result.max_abs_error <= result.tolerance);
        CHECK(result.worst_index.empty() == (result.max_abs_error == 0));
      }
    }
  }
}

TEST_CASE("the output of a close activation fails against either reference", "[check]") {
  Layer right = gemm_layer("gemm", {2, 3, 40, 5, false, false});
  right.activation.function = ActivationFunction::sigmoid;
  Layer wrong = right;
  wrong.activation.table = 256;  // within 0.0004 of it
  Case of_right(right);
  CHECK(of_right.check().status == CheckStatus::pass);
  const Case of_wrong(wrong);
  CHECK(of_wrong.check().status == CheckStatus::pass);
  References references = make_references(right, of_right.recipe(), of_right.data, 1);
  CHECK(compare(right, of_right.data, of_wrong.output, references).status == CheckStatus::fail);
  references.ordered = of_wrong.output;
  const CheckResult result = compare(right, of_right.data, of_wrong.output, references);
  CHECK(result.follows_ordered);
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.reason.find("differ from onednn by more than the bound") != std::string::npos);
}

TEST_CASE("one flipped bit fails the check and is found", "[check]") {
  Case conv(conv_layer("conv", {2, 2, 6, 5, 7, 8, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}}));
  conv.output[4 * (((1 * 5 + 2) * 7 + 3) * 8 + 5)] ^= 1;
  const CheckResult last_place = conv.check();
  CHECK(last_place.status == CheckStatus::fail);
  CHECK(last_place.worst_index == std::vector<uint64_t>{1, 2, 3, 5});
  CHECK(last_place.reason.find("1 of 560 outputs differ from the ordered reference, first at [1, 2, 3, 5]") ==
        0);

  Case gemm(gemm_layer("gemm", {2, 3, 4, 5, false, false}, Format::int8));
  gemm.output[4 * ((1 * 3 + 2) * 4 + 1) + 2] ^= 0x40;
  const CheckResult integer = gemm.check();
  CHECK(integer.status == CheckStatus::fail);
  CHECK(integer.worst_index == std::vector<uint64_t>{1, 2, 1});
  CHECK(integer.max_abs_error == 0x400000);
  CHECK(integer.tolerance == 0);
}

TEST_CASE("the worst of several wrong outputs is named", "[check]") {
  Case wrong(gemm_layer("gemm", {1, 4, 4, 3, false, false}));
  auto values = numbers<float>(wrong.output);
  values[2] += 1, values[7] -= 100, values[9] += 3;
  wrong.output = bytes_of(values);
  const CheckResult result = wrong.check();
  CHECK(result.status == CheckStatus::fail);
  CHECK(result.worst_index == std::vector<uint64_t>{0, 1, 3});
  CHECK(result.max_abs_error == Approx(100));
  CHECK(result.reason.find("first at [0, 0, 2]") != std::string::npos);
}

TEST_CASE("numbers that are no numbers fail unless they are expected", "[check]") {
  Case wrong(gemm_layer("gemm", {1, 2, 2, 3, false, false}));
  auto values = numbers<float>(wrong.output);
  values[3] = std::numeric_limits<float>::quiet_NaN();
  wrong.output = bytes_of(values);
  CHECK(wrong.check().status == CheckStatus::fail);
  CHECK(wrong.check().worst_index == std::vector<uint64_t>{0, 1, 1});

  Case expected(gemm_layer("gemm", {1, 2, 2, 3, false, false}));
  auto inputs = numbers<float>(expected.data.input);
  inputs[0] = std::numeric_limits<float>::infinity();
  expected.data.input = bytes_of(inputs);
  expected.output = ordered_reference(make_problem(expected.layer), expected.order, expected.data);
  CHECK(expected.check().status == CheckStatus::pass);
}

TEST_CASE("results from another order of summation fail the check", "[check]") {
  Case other(gemm_layer("gemm", {1, 16, 16, 64, false, false}));
  other.order.segment_end = {32, 64};
  CHECK(other.check().status == CheckStatus::fail);
}

TEST_CASE("a result that only the ordered reference agrees with fails the check", "[check]") {
  for (Format format : {Format::fp32, Format::int8}) {
    const Case right(gemm_layer("gemm", {1, 4, 4, 3, false, false}, format));
    References references = make_references(right.layer, right.recipe(), right.data, 1);
    CHECK(compare(right.layer, right.data, right.output, references).status == CheckStatus::pass);
    references.second[4 * 6 + 2] ^= 0x40;
    const CheckResult result = compare(right.layer, right.data, right.output, references);
    CHECK(result.status == CheckStatus::fail);
    CHECK(result.worst_index == std::vector<uint64_t>{0, 1, 2});
    CHECK(result.max_abs_error > result.tolerance);
    CHECK(result.reason.find("1 of 16 outputs differ from " + references.second_name) == 0);
  }
}
