// Layers with every activation, in every kind of format, by algorithms that finish their results in
// different ways.
#include <catch2/catch.hpp>

#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/machine_fixture.h"
#include "tests/unit/activations.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

struct Formats {
  Format input, output;
};

Json run_alone(const Layer& layer, Stepping stepping) {
  return in_child([&]() -> Json {
    const AcceleratorParams params = roomy(2, 2);
    Accelerator machine(params, stepping);
    const LayerRun run = run_layer(machine, options_for(params), layer);
    return {{"failure", run.failure}, {"record", record_of(layer, run)}};
  });
}

Layer small_conv(const Activation& activation, const Formats& formats, const char* algorithm) {
  Layer layer = conv_layer("conv", {1, 1, 3, 6, 6, 5, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}}, formats.input);
  layer.format.output = formats.output;
  layer.bias = true;
  layer.activation = activation;
  layer.algorithm = algorithm;
  if (!traits_of(formats.input).is_float()) {
    layer.data.kind = DataKind::integers;
    layer.scale = 0.004F;
    layer.output_scale = 0.02F;
    layer.zero_point.output = 3;
  }
  return layer;
}

}  // namespace

TEST_CASE("every activation in fp32, fp16 and int8 is right, in both steppings", "[activation]") {
  for (const Activation& activation : all_activations()) {
    if (!activation) continue;
    for (const Formats& formats : {Formats{Format::fp32, Format::fp32}, Formats{Format::fp16, Format::fp16},
                                   Formats{Format::int8, Format::int8}}) {
      INFO(activation.traits().name << " table " << activation.table << ' ' << traits_of(formats.input).name);
      const Layer layer = small_conv(activation, formats, "direct");
      const Json block = run_alone(layer, Stepping::block), exact = run_alone(layer, Stepping::exact);
      CHECK(block["failure"] == "");
      CHECK(block == exact);
    }
  }
}

TEST_CASE("activations finish the results of staged and fused algorithms", "[activation]") {
  Activation gelu;
  gelu.function = ActivationFunction::gelu;
  for (const char* algorithm : {"winograd", "winograd_nonfused", "fft", "explicit_gemm"}) {
    INFO(algorithm);
    Layer layer = small_conv(gelu, {Format::fp32, Format::fp16}, algorithm);
    const Json block = run_alone(layer, Stepping::block);
    CHECK(block["failure"] == "");
    CHECK(block == run_alone(layer, Stepping::exact));
  }
}

}  // namespace systole::test
