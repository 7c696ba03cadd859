// Requantization by layer and by channel, zero points, and operands of two formats.
#include <catch2/catch.hpp>

#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/machine_fixture.h"
#include "tests/unit/activations.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr Stepping kSteppings[] = {Stepping::block, Stepping::exact};

TensorSource given(std::vector<double> numbers) {
  TensorSource source;
  source.shape = {numbers.size()};
  source.numbers = std::move(numbers);
  return source;
}

/// A gemm whose numbers are all given.
Layer given_gemm(const GemmShape& shape, std::vector<double> input, std::vector<double> weight) {
  Layer layer = gemm_layer("given", shape);
  layer.data.kind = DataKind::given;
  layer.data.input = given(std::move(input));
  layer.data.weight = given(std::move(weight));
  layer.algorithm = "direct";
  return layer;
}

Json run_alone(const Layer& layer, Stepping stepping) {
  return in_child([&]() -> Json {
    const AcceleratorParams params = roomy(2, 2);
    Accelerator machine(params, stepping);
    const LayerRun run = run_layer(machine, options_for(params), layer);
    return {{"failure", run.failure},
            {"output", run.output},
            {"zero_point_adds", run.stats.array.zero_point_adds},
            {"vector_adds", run.stats.vector.int32.adds}};
  });
}

}  // namespace

// 130 and 120 less 128 are 2 and -8; times 3, and 1 more, 7 and -23; half of that is 3.5 and -11.5, to even 4
// and -12; 10 more are 14 and -2, which uint8 ends at 0. ReLU ends at the zero point, 10. A zero point is
// taken off two elements of the input; the vector unit adds a bias and a zero point to each output.
TEST_CASE("quantization: zero points and a scale, by hand") {
  Layer layer = given_gemm({1, 2, 1, 1, false, false}, {130, 120}, {3});
  layer.format.input = Format::uint8;
  layer.format.weight = Format::int8;
  layer.zero_point = {128, 0, 10};
  layer.scale = 0.5F;
  layer.bias = true;
  layer.data.bias = given({1});
  for (const Stepping stepping : kSteppings) {
    layer.activation = relu(false);
    CHECK(run_alone(layer, stepping) ==
          Json{{"failure", ""}, {"output", {14, 0}}, {"zero_point_adds", 2}, {"vector_adds", 4}});
    layer.activation = relu();
    CHECK(run_alone(layer, stepping)["output"] == Json{14, 10});
  }
}

// -2^31 less 1 wraps round to 2^31 - 1, in the machine and in the reference.
TEST_CASE("quantization: a zero point of int32 operands wraps round, by hand") {
  Layer layer = given_gemm({1, 1, 1, 1, false, false}, {-2147483648.0}, {1});
  layer.format.input = Format::int32;
  layer.zero_point = {1, 0, 0};
  for (const Stepping stepping : kSteppings) {
    const Json run = run_alone(layer, stepping);
    CHECK(run["failure"] == "");
    CHECK(run["output"] == Json{0xff, 0xff, 0xff, 0x7f});
  }
}

// Sums 28, 7 and 28: halves, quarters and threefold are 14, 1.75 and 84; with biases of 1, -4 and 20: 14.5,
// 0.75, 144.
TEST_CASE("quantization: a scale for each channel, by hand") {
  Layer layer = given_gemm({1, 1, 3, 7, false, false}, {1, 2, 3, 4, 5, 6, 7},
                           {1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1});
  layer.format = Format::int8;
  layer.data.scale = given({0.5, 0.25, 3});
  for (const Stepping stepping : kSteppings) {
    layer.bias = false;
    layer.data.bias = {};
    CHECK(run_alone(layer, stepping)["output"] == Json{14, 2, 84});
    layer.bias = true;
    layer.data.bias = given({1, -4, 20});
    CHECK(run_alone(layer, stepping)["output"] == Json{14, 1, 127});
  }
}

// Once rounded: 0.1 as fp32 is 13421773 / 2^27, so that 5 * 0.1 is above a half; in fp32 it would be a half,
// to even 0.
TEST_CASE("quantization: rounded once") {
  Layer layer = given_gemm({1, 1, 1, 1, false, false}, {5}, {1});
  layer.format = Format::int8;
  layer.scale = 0.1F;
  CHECK(run_alone(layer, Stepping::block)["output"] == Json{1});
}

TEST_CASE("quantization: every pair of integer formats, scaled, on padded convolutions") {
  for (const Format input : {Format::uint8, Format::int8, Format::int4, Format::int1}) {
    for (const Format weight : {Format::uint8, Format::int8, Format::int4, Format::int1}) {
      Layer layer = conv_layer("pair", {1, 1, 8, 7, 6, 5, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
      layer.format.input = input;
      layer.format.weight = weight;
      layer.format.output = Format::uint8;
      layer.data.kind = DataKind::integers;
      layer.algorithm = "implicit_gemm";
      layer.zero_point = {input == Format::uint8 ? 4 : -1, weight == Format::uint8 ? 4 : 1, 100};
      layer.scale = 0.37F;
      layer.bias = true;
      INFO(traits_of(input).name << " by " << traits_of(weight).name);
      const Json block = run_alone(layer, Stepping::block), exact = run_alone(layer, Stepping::exact);
      CHECK(block["failure"] == "");
      CHECK(block == exact);
    }
  }
}

// VGG-like: 64 channels of int1 are 2 words of 64 bits where fp32 takes 64.
TEST_CASE("quantization: int1 reads a thirty-second of the words of fp32") {
  const auto weight_words = [](Format format) {
    return in_child([&]() -> Json {
      Layer layer = conv_layer("bits", {1, 1, 128, 8, 8, 16, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}}, format);
      layer.algorithm = "direct";
      const AcceleratorParams params = roomy(4, 4);
      Accelerator machine(params);
      const LayerRun run = run_layer(machine, options_for(params), layer);
      const auto weight = static_cast<size_t>(Tensor::weight);
      return {run.stats.load.bytes[weight], run.stats.buffers[1].writes_by_tensor[weight]};
    });
  };
  const Json wide = weight_words(Format::fp32), narrow = weight_words(Format::int1);
  CHECK(wide[0] == 32 * narrow[0].get<uint64_t>());
  CHECK(wide[1] == 32 * narrow[1].get<uint64_t>());
}

}  // namespace systole::test
