#include "sim/workload/data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <string>

#include "sim/config/config.h"
#include "sim/config/text.h"
#include "sim/workload/draw.h"
#include "sim/workload/npy.h"

namespace systole {
namespace {

struct TensorSpec {
  const char* name;
  const char* axes;  ///< of the shape, as messages name them
  std::vector<uint64_t> shape;
  NumberType type;
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
  return {"input", axes, input_shape(layer), operand_type(layer), layer.data.input};
}
TensorSpec weight_spec(const Layer& layer) {
  const char* axes = layer.type != LayerType::gemm
                         ? (is_nchw(layer) ? "[M][C/groups][R][S]" : "[M][R][S][C/groups]")
                     : layer.gemm.transpose_b ? "[batch][n][k]"
                                              : "[batch][k][n]";
  return {"weight", axes, weight_shape(layer), operand_type(layer), layer.data.weight};
}
TensorSpec bias_spec(const Layer& layer) {
  return {"bias", layer.type == LayerType::gemm ? "[batch][n]" : "[M]", bias_shape(layer), sum_type(layer),
          layer.data.bias};
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
    return step(spec.source.file, spec.type, shape);
  } catch (const NpyShapeError& error) {
    fail(layer, spec,
         fmt::format("has shape {}, expected {} {}{}", fmt::join(error.shape(), "x"), spec.axes,
                     fmt::join(shape, "x"), remedy(layer, spec, error.shape())));
  } catch (const NpyError& error) {
    fail(layer, spec, fmt::format("cannot be read: {}", error.what()));
  }
}

template <class Number>
std::vector<uint8_t> packed(const std::vector<double>& numbers) {
  std::vector<uint8_t> bytes(numbers.size() * sizeof(Number));
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto number = static_cast<Number>(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof number, &number, sizeof number);
  }
  return bytes;
}

/// The numbers that the workload gives, as they lie in DRAM but for their layout.
std::vector<uint8_t> given_numbers(const TensorSpec& spec) {
  switch (spec.type) {
    case NumberType::fp32:
      return packed<float>(spec.source.numbers);
    case NumberType::int32:
      return packed<int32_t>(spec.source.numbers);
    case NumberType::int8:
      return packed<int8_t>(spec.source.numbers);
  }
  return {};
}

template <class Integer>
bool all_fit(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double number) {
    return std::floor(number) == number && number >= std::numeric_limits<Integer>::min() &&
           number <= std::numeric_limits<Integer>::max();
  });
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
  if (spec.type == NumberType::int8 && !all_fit<int8_t>(source.numbers))
    fail(layer, spec, "holds a number that is no int8, legal: integers from -128 to 127");
  if (spec.type == NumberType::int32 && !all_fit<int32_t>(source.numbers))
    fail(layer, spec, "holds a number that is no int32, legal: integers of 32 bits");
  const auto overflows = [](double number) { return std::abs(number) > std::numeric_limits<float>::max(); };
  if (spec.type == NumberType::fp32 && std::any_of(source.numbers.begin(), source.numbers.end(), overflows))
    fail(layer, spec, "holds a number beyond fp32, legal: up to 3.4e38");
}

void put_tensor(const Layer& layer, const TensorSpec& spec, uint64_t run_seed, uint8_t* place) {
  if (is_given(layer, spec)) {
    std::vector<uint8_t> given =
        spec.source.file.empty() ? given_numbers(spec) : with_file(layer, spec, read_npy);
    given = to_nhwc(layout_of(layer, spec), std::move(given), spec.shape);
    std::copy(given.begin(), given.end(), place);
    return;
  }
  const uint64_t seed = tensor_seed(run_seed, layer.name, spec.name);
  const bool integers = layer.data.kind == DataKind::integers;
  draw(integers ? Distribution::integers : Distribution::normal, spec.type, seed, spec.elements(), place);
}

}  // namespace

NumberType operand_type(const Layer& layer) {
  return layer.format == Format::fp32 ? NumberType::fp32 : NumberType::int8;
}
NumberType sum_type(const Layer& layer) {
  return layer.format == Format::fp32 ? NumberType::fp32 : NumberType::int32;
}

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
  put_tensor(layer, input_spec(layer), seed, places.input);
  put_tensor(layer, weight_spec(layer), seed, places.weight);
  if (problem.bias) put_tensor(layer, bias_spec(layer), seed, places.bias);
}

TensorData make_tensors(const Layer& layer, const Problem& problem, uint64_t seed) {
  TensorData data{std::vector<uint8_t>(problem.input_elements() * problem.operand_bytes()),
                  std::vector<uint8_t>(problem.weight_elements() * problem.operand_bytes()),
                  std::vector<uint8_t>(problem.bias_elements() * 4)};
  put_tensors(layer, problem, seed, {data.input.data(), data.weight.data(), data.bias.data()});
  return data;
}

void check_data(const Layer& layer, const Problem& problem) {
  for (const TensorSpec& spec : {input_spec(layer), weight_spec(layer), bias_spec(layer)}) {
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
