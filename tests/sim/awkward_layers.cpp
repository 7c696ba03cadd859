#include "tests/sim/awkward_layers.h"

#include <stdexcept>

#include "models/number/format.h"
#include "tests/unit/activations.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

/// More passes over the buffers than places in them.
Layer large_conv(Format format) {
  return conv_layer("large", {1, 1, 18, 13, 15, 21, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}}, format);
}

/// The loop over k outermost: no result is whole before every tile was worked on, so partial sums pile up.
Layer piled_sums(Format format) {
  Layer layer = gemm_layer("piled_sums", {1, 40, 36, 50, false, true}, format);
  layer.mapping.tile_m = 10;
  layer.mapping.tile_n = 9;
  const NumberFormat& f = traits_of(format);
  layer.mapping.tile_k = f.is_block_scaled() ? f.block : f.shares_bytes() ? 16 : 13;
  layer.mapping.order = {GemmDim::k, GemmDim::n, GemmDim::m};
  return layer;
}

Layer with_post_operations(Layer layer) {
  layer.name += "_bias_relu";
  layer.bias = true, layer.activation = relu();
  return layer;
}

Layer requantized(Layer layer) {
  layer.name += "_requantized";
  layer.scale = 0.0021F;
  if (!layer.formats().converts()) layer.format.output = Format::int8;
  return layer;
}

std::vector<Layer> more_shapes(Format format) {
  Layer refetched = large_conv(format);
  refetched.name = "large_refetched";
  refetched.halo = Halo::refetch;
  Layer integers = conv_layer("integers", {1, 1, 7, 6, 6, 5, 2, 3}, format);
  integers.data.kind = DataKind::integers;
  Layer fc = conv_layer("fc_tall", {1, 1, 300, 1, 1, 1}, format);
  fc.type = LayerType::fc;
  return {
      large_conv(format),
      refetched,
      piled_sums(format),
      integers,
      fc,
      conv_layer("filter_fills_padded_input", {2, 1, 3, 4, 3, 5, 6, 5, {1, 1}, {1, 1}, {1, 1, 1, 1}}, format),
      conv_layer("wide_window", {1, 1, 4, 3, 40, 3, 3, 7, {1, 2}, {1, 1}, {1, 3, 1, 3}}, format),
      conv_layer("row_filter", {2, 1, 3, 4, 11, 5, 1, 3, {1, 1}, {1, 1}, {0, 1, 0, 1}}, format),
      conv_layer("column_filter", {1, 2, 6, 9, 3, 4, 5, 1, {1, 1}, {1, 1}, {2, 0, 1, 0}}, format),
      conv_layer("row_filter_wide", {2, 1, 3, 4, 9, 4, 1, 5, {1, 1}, {1, 1}, {0, 2, 1, 1}}, format),
      conv_layer("column_filter_tall", {1, 2, 4, 8, 5, 6, 4, 1, {1, 1}, {1, 1}, {1, 0, 2, 0}}, format),
      conv_layer("large_filter", {1, 1, 2, 11, 9, 3, 7, 6, {1, 1}, {1, 1}, {3, 0, 2, 3}}, format),
      gemm_layer("gemm_column", {1, 37, 1, 19, false, false}, format),
      gemm_layer("gemm_outer_product", {2, 23, 17, 1, true, false}, format),
      gemm_layer("gemm_deep", {1, 9, 7, 700, false, false}, format),
      gemm_layer("gemm_deep_ta", {1, 9, 7, 700, true, false}, format),
  };
}

Layer named(std::vector<Layer> layers, const std::string& name) {
  for (Layer& layer : layers) {
    if (layer.name == name) return layer;
  }
  throw std::logic_error("no layer " + name);
}

}  // namespace

std::vector<Layer> awkward_layers_everywhere(Format format) {
  std::vector<Layer> layers = awkward_layers(format);
  for (const Layer& layer : more_shapes(format)) layers.push_back(layer);
  for (const char* name : {"large", "groups", "gemm_batch", "fc"}) {
    const Layer layer = with_post_operations(named(layers, name));
    layers.push_back(layer);
    if (!traits_of(format).is_float()) layers.push_back(requantized(layer));
  }
  return layers;
}

std::vector<Layer> awkward_layers_of_all_formats() {
  constexpr size_t kTurns = 5;
  std::vector<Layer> layers;
  size_t turn = 0;
  for (const Format format : formats()) {
    const bool all = format == Format::fp32 || format == Format::int8;
    for (const Layer& layer : awkward_layers_everywhere(format)) {
      if (all || ++turn % kTurns == 0) layers.push_back(layer);
    }
  }
  return layers;
}

std::vector<Layer> varied_layers() {
  const std::vector<Layer> fp32 = awkward_layers_everywhere(Format::fp32);
  const std::vector<Layer> int8 = awkward_layers_everywhere(Format::int8);
  const auto with = [](Layer layer, Dataflow dataflow, const char* algorithm) {
    layer.dataflow = dataflow;
    layer.algorithm = algorithm;
    layer.name += std::string("_") + traits_of(dataflow).name + "_" + algorithm;
    return layer;
  };
  return {
      with(named(fp32, "large_bias_relu"), Dataflow::output_stationary, "direct"),
      with(named(int8, "large_bias_relu_requantized"), Dataflow::weight_stationary, "implicit_gemm"),
      with(named(fp32, "piled_sums"), Dataflow::input_stationary, "direct"),
      with(named(fp32, "depthwise"), Dataflow::output_stationary, "implicit_gemm"),
      with(named(int8, "groups_bias_relu"), Dataflow::output_stationary, "direct"),
      with(named(fp32, "gemm_ta_tb"), Dataflow::weight_stationary, "direct"),
      with(named(int8, "piled_sums"), Dataflow::weight_stationary, "implicit_gemm"),
      with(named(fp32, "dilated"), Dataflow::input_stationary, "implicit_gemm"),
  };
}

}  // namespace systole::test
