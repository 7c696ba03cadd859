#include "sim/workload/data.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "models/number/block_scale.h"
#include "sim/workload/block_shape.h"
#include "sim/workload/draw.h"
#include "sim/workload/given_tensor.h"

namespace systole {
namespace {

TensorSpec input_spec(const Layer& layer) {
  const char* axes = layer.type != LayerType::gemm ? (is_nchw(layer) ? "NCHW" : "NHWC")
                     : layer.gemm.transpose_a      ? "[batch][k][m]"
                                                   : "[batch][m][k]";
  return {"input", axes, input_shape(layer), layer.formats().input, layer.data.input};
}
TensorSpec weight_spec(const Layer& layer) {
  const char* axes = layer.type != LayerType::gemm
                         ? (is_nchw(layer) ? "[M][C/groups][R][S]" : "[M][R][S][C/groups]")
                     : layer.gemm.transpose_b ? "[batch][n][k]"
                                              : "[batch][k][n]";
  return {"weight", axes, weight_shape(layer), layer.formats().weight, layer.data.weight};
}
TensorSpec bias_spec(const Layer& layer) {
  return {"bias", layer.type == LayerType::gemm ? "[batch][n]" : "[M]", bias_shape(layer),
          layer.formats().accumulator, layer.data.bias};
}

TensorSpec scale_spec(const Layer& layer) {
  TensorSpec spec = bias_spec(layer);
  return {"scale", spec.axes, spec.shape, Format::fp32, layer.data.scale};
}

Distribution distribution_of(const Layer& layer) {
  return layer.data.kind == DataKind::integers ? Distribution::integers : Distribution::normal;
}

/// Stores fp32 numbers of a block-scaled tensor, slabs of channels by `inner` side by side, from slab `first`
/// on, and their exponents: [slab][block][inner].
void store_blocks(const TensorSpec& spec, const BlockShape& shape, uint64_t first, std::vector<Lane> numbers,
                  uint8_t* place, uint8_t* exponents) {
  const NumberFormat& format = traits_of(spec.format);
  const uint64_t slab = uint64_t{shape.channels} * shape.inner, blocks = shape.blocks(format);
  for (uint64_t s = 0; s < numbers.size() / slab; ++s) {
    for (uint64_t i = 0; i < blocks * shape.inner; ++i) {
      const uint64_t channel = i / shape.inner * format.block;
      exponents[(first + s) * blocks * shape.inner + i] =
          scale_block(format, &numbers[s * slab + channel * shape.inner + i % shape.inner],
                      std::min<uint64_t>(format.block, shape.channels - channel), shape.inner);
    }
  }
  store_rows(spec.format, numbers.data(), first * slab, numbers.size(), spec.shape.back(), place);
}

void put_blocks(const Layer& layer, const TensorSpec& spec, const BlockShape& shape, uint64_t run_seed,
                uint8_t* place, uint8_t* exponents) {
  constexpr uint64_t kAtOnce = 1 << 20;  // numbers, of drawn ones
  if (is_given(layer, spec)) return store_blocks(spec, shape, 0, given(layer, spec), place, exponents);
  const uint64_t seed = tensor_seed(run_seed, layer.name, spec.name);
  const uint64_t slab = uint64_t{shape.channels} * shape.inner, slabs = spec.elements() / slab;
  const uint64_t step = std::max<uint64_t>(1, kAtOnce / slab);
  for (uint64_t first = 0; first < slabs; first += step) {
    const uint64_t count = std::min(step, slabs - first);
    store_blocks(spec, shape, first, drawn(distribution_of(layer), seed, first * slab, count * slab), place,
                 exponents);
  }
}

void put_tensor(const Layer& layer, const TensorSpec& spec, uint64_t run_seed, uint8_t* place) {
  const uint64_t row = spec.shape.back();
  if (is_given(layer, spec)) {
    const std::vector<Lane> numbers = given(layer, spec);
    store_rows(spec.format, numbers.data(), 0, numbers.size(), row, place);
    return;
  }
  const uint64_t seed = tensor_seed(run_seed, layer.name, spec.name);
  draw(distribution_of(layer), spec.format, seed, spec.elements(), row, place);
}

/// Bias and scale of each channel, one after the other.
void put_channels(const Layer& layer, const Problem& problem, uint64_t seed, uint8_t* place) {
  const uint32_t numbers = problem.channel_numbers();
  const TensorSpec bias = bias_spec(layer);
  if (numbers == 1 && problem.bias) return put_tensor(layer, bias, seed, place);
  std::vector<Lane> biases(bias.elements());
  if (problem.bias) put_tensor(layer, bias, seed, reinterpret_cast<uint8_t*>(biases.data()));
  const std::vector<Lane> scales = given_scales(layer, scale_spec(layer));
  for (size_t i = 0; i < scales.size(); ++i) {
    Lane* channel = reinterpret_cast<Lane*>(place) + i * numbers;
    if (problem.bias) *channel++ = biases[i];
    *channel = scales[i];
  }
}

}  // namespace

std::vector<uint64_t> input_shape(const Layer& layer) {
  const ConvShape& c = layer.conv;
  const GemmShape& g = layer.gemm;
  if (layer.type != LayerType::gemm) return {c.N, c.H, c.W, c.C};
  return g.transpose_a ? std::vector<uint64_t>{g.batch, g.k, g.m} : std::vector<uint64_t>{g.batch, g.m, g.k};
}

std::vector<uint64_t> weight_shape(const Layer& layer) {
  const ConvShape& c = layer.conv;
  const GemmShape& g = layer.gemm;
  if (layer.type != LayerType::gemm) return {c.M, c.R, c.S, c.C / c.G};
  return g.transpose_b ? std::vector<uint64_t>{g.batch, g.n, g.k} : std::vector<uint64_t>{g.batch, g.k, g.n};
}

std::vector<uint64_t> bias_shape(const Layer& layer) {
  if (layer.type != LayerType::gemm) return {layer.conv.M};
  return {layer.gemm.batch, layer.gemm.n};
}

void put_tensors(const Layer& layer, const Problem& problem, uint64_t seed, const TensorPlaces& places) {
  const auto put = [&](const TensorSpec& spec, const BlockShape& blocks, uint8_t* place, uint8_t* exponents) {
    if (traits_of(spec.format).is_block_scaled()) {
      put_blocks(layer, spec, blocks, seed, place, exponents);
    } else {
      put_tensor(layer, spec, seed, place);
    }
  };
  put(input_spec(layer), input_blocks(layer), places.input, places.input_exponents);
  put(weight_spec(layer), weight_blocks(layer), places.weight, places.weight_exponents);
  if (problem.channel_numbers() != 0) put_channels(layer, problem, seed, places.bias);
}

TensorData make_tensors(const Layer& layer, const Problem& problem, uint64_t seed) {
  TensorData data{std::vector<uint8_t>(problem.input_bytes()), std::vector<uint8_t>(problem.weight_bytes()),
                  std::vector<uint8_t>(problem.bias_bytes()),
                  std::vector<uint8_t>(problem.input_exponent_bytes),
                  std::vector<uint8_t>(problem.weight_exponent_bytes)};
  put_tensors(layer, problem, seed,
              {data.input.data(), data.weight.data(), data.bias.data(), data.input_exponents.data(),
               data.weight_exponents.data()});
  return data;
}

void check_data(const Layer& layer, const Problem& problem) {
  for (const TensorSpec& spec :
       {input_spec(layer), weight_spec(layer), bias_spec(layer), scale_spec(layer)}) {
    const bool used = problem.bias || std::strcmp(spec.name, "bias") != 0;
    if (used && is_given(layer, spec)) check_given(layer, spec);
  }
}

}  // namespace systole
