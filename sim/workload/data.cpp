#include "sim/workload/data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <string>

#include "models/number/block_scale.h"
#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/workload/block_shape.h"
#include "sim/workload/draw.h"
#include "sim/workload/npy.h"

namespace systole {
namespace {

struct TensorSpec {
  const char* name;
  const char* axes;  ///< of the shape, as messages name them
  std::vector<uint64_t> shape;
  Format format;
  const TensorSource& source;
  uint64_t elements() const {
    uint64_t product = 1;
    for (uint64_t extent : shape) product *= extent;
    return product;
  }
};

bool is_nchw(const Layer& layer) { return layer.data.layout == TensorLayout::NCHW; }

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

bool is_given(const Layer& layer, const TensorSpec& spec) {
  return layer.data.kind == DataKind::given && spec.source.is_given();
}

TensorLayout layout_of(const Layer& layer, const TensorSpec& spec) {
  return is_nchw(layer) && spec.shape.size() == 4 ? TensorLayout::NCHW : TensorLayout::NHWC;
}

[[noreturn]] void fail(const Layer& layer, const TensorSpec& spec, const std::string& what) {
  const TensorSource& source = spec.source;
  const std::string file = source.file.empty() ? "" : fmt::format("'{}' ", escaped(source.file));
  if (source.place.empty()) throw UserError(fmt::format("{}: error: {}", source.file, what));
  throw UserError(fmt::format("{}: error: layer {}: data.{}: {}{}", source.place, quoted(layer.name),
                              spec.name, file, what));
}

/// What to do about an array of another shape.
std::string remedy(const Layer& layer, const TensorSpec& spec, const std::vector<uint64_t>& shape) {
  if (layer.type != LayerType::conv || spec.shape.size() != 4) return "";
  const bool reads_nchw = is_nchw(layer);
  const TensorLayout other = reads_nchw ? TensorLayout::NHWC : TensorLayout::NCHW;
  if (!is_same_shape(shape, shape_in(other, spec.shape))) return "";
  return reads_nchw ? ", legal: that, or no layout: NCHW beside the file"
                    : ", legal: that, or layout: NCHW beside the file";
}

/// `step` with the spec's file, its failures told with their place.
template <class Step>
auto with_file(const Layer& layer, const TensorSpec& spec, const Step& step) {
  const std::vector<uint64_t> shape = shape_in(layout_of(layer, spec), spec.shape);
  try {
    return step(spec.source.file, spec.format, shape);
  } catch (const NpyShapeError& error) {
    fail(layer, spec,
         fmt::format("has shape {}, expected {} {}{}", fmt::join(error.shape(), "x"), spec.axes,
                     fmt::join(shape, "x"), remedy(layer, spec, error.shape())));
  } catch (const NpyError& error) {
    fail(layer, spec, fmt::format("cannot be read: {}", error.what()));
  }
}

/// As fp32, or toward zero with the last bit set where it is none: what is then rounded to fewer bits is what
/// the number itself rounds to (Boldo and Melquiond, "When double rounding is odd", 2005).
float rounded_to_odd(double number) {
  auto rounded = static_cast<float>(number);
  if (double{rounded} == number || std::isnan(number)) return rounded;
  if (std::abs(double{rounded}) > std::abs(number)) rounded = std::nextafter(rounded, 0.0F);
  uint32_t bits;
  std::memcpy(&bits, &rounded, sizeof bits);
  bits |= 1;
  std::memcpy(&rounded, &bits, sizeof bits);
  return rounded;
}

/// The numbers that the workload gives, but for their layout.
std::vector<Lane> given_numbers(const TensorSpec& spec) {
  const std::vector<double>& numbers = spec.source.numbers;
  std::vector<Lane> lanes(numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (traits_of(spec.format).is_float()) {
      const float number =
          spec.format == Format::fp32 ? static_cast<float>(numbers[i]) : rounded_to_odd(numbers[i]);
      std::memcpy(&lanes[i], &number, sizeof number);
    } else {
      lanes[i] = static_cast<Lane>(static_cast<int64_t>(numbers[i]));
    }
  }
  return lanes;
}

bool is_integer_of(const NumberFormat& format, double number) {
  return std::floor(number) == number && number >= format.lowest && number <= format.highest &&
         (number != 0 || format.has_zero());
}

std::string legal_integers(const NumberFormat& format) {
  return fmt::format("holds a number that is no {}, legal: integers from {:.0f} to {:.0f}{}", format.name,
                     format.lowest, format.highest, format.has_zero() ? "" : " but 0");
}

/// The numbers of the layer's .npy file, but for their layout.
std::vector<Lane> file_numbers(const Layer& layer, const TensorSpec& spec) {
  const std::vector<uint8_t> bytes = with_file(layer, spec, read_npy);
  const std::vector<Lane> lanes =
      load_rows(npy_format(spec.format), bytes.data(), spec.elements(), spec.elements());
  const NumberFormat& format = traits_of(spec.format);
  if (format.is_float()) return lanes;
  for (const Lane lane : lanes) {
    if (!is_integer_of(format, static_cast<int32_t>(lane))) fail(layer, spec, legal_integers(format));
  }
  return lanes;
}

bool is_scale(double number) {
  const auto scale = static_cast<float>(number);
  return scale >= static_cast<float>(kLeastScale) && scale <= static_cast<float>(kMostScale);
}

std::string legal_scales() {
  return fmt::format("holds a number that is no scale, legal: {} to {}", kLeastScale, kMostScale);
}

void check_numbers(const Layer& layer, const TensorSpec& spec) {
  const TensorSource& source = spec.source;
  const std::vector<uint64_t> shape = shape_in(layout_of(layer, spec), spec.shape);
  const bool fits = source.shape.size() == 1 ? source.numbers.size() == spec.elements()
                                             : is_same_shape(source.shape, shape);
  if (!fits) {
    fail(layer, spec,
         fmt::format("has shape {}, expected {} {}, or {} numbers in a flat list{}",
                     fmt::join(source.shape, "x"), spec.axes, fmt::join(shape, "x"), spec.elements(),
                     remedy(layer, spec, source.shape)));
  }
  if (std::strcmp(spec.name, "scale") == 0 &&
      !std::all_of(source.numbers.begin(), source.numbers.end(), is_scale)) {
    fail(layer, spec, legal_scales());
  }
  const NumberFormat& format = traits_of(spec.format);
  const double highest = format.is_block_scaled() ? traits_of(Format::fp32).highest : format.highest;
  const auto misfits = [&](double number) {
    return format.is_float() ? std::abs(number) > highest : !is_integer_of(format, number);
  };
  if (std::none_of(source.numbers.begin(), source.numbers.end(), misfits)) return;
  if (!format.is_float()) fail(layer, spec, legal_integers(format));
  fail(layer, spec, fmt::format("holds a number beyond {}, legal: up to {:.2g}", format.name, highest));
}

/// The tensor's numbers where they are given, in NHWC.
std::vector<Lane> given(const Layer& layer, const TensorSpec& spec) {
  std::vector<Lane> numbers = spec.source.file.empty() ? given_numbers(spec) : file_numbers(layer, spec);
  return to_nhwc(layout_of(layer, spec), std::move(numbers), spec.shape);
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
  const std::vector<Lane> scales = given(layer, scale_spec(layer));
  for (const Lane lane : scales) {
    float number;
    std::memcpy(&number, &lane, sizeof number);
    if (!is_scale(double{number})) fail(layer, scale_spec(layer), legal_scales());
  }
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
    if (!used || !is_given(layer, spec)) continue;
    if (spec.source.file.empty()) {
      check_numbers(layer, spec);
    } else {
      with_file(layer, spec, check_npy);
    }
  }
}

}  // namespace systole
