#include "sim/workload/data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <initializer_list>
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

NumberType operand_type(const Layer& layer) {
  return layer.format == Format::fp32 ? NumberType::fp32 : NumberType::int8;
}
NumberType bias_type(const Layer& layer) {
  return layer.format == Format::fp32 ? NumberType::fp32 : NumberType::int32;
}

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
  return {"bias", layer.type == LayerType::gemm ? "[batch][n]" : "[M]", bias_shape(layer), bias_type(layer),
          layer.data.bias};
}

bool from_file(const Layer& layer, const TensorSpec& spec) {
  return layer.data.kind == DataKind::files && !spec.source.file.empty();
}

TensorLayout layout_of(const Layer& layer, const TensorSpec& spec) {
  return is_nchw(layer) && spec.shape.size() == 4 ? TensorLayout::NCHW : TensorLayout::NHWC;
}

[[noreturn]] void fail(const Layer& layer, const TensorSpec& spec, const std::string& what) {
  const TensorSource& source = spec.source;
  if (source.place.empty()) throw UserError(fmt::format("{}: error: {}", source.file, what));
  throw UserError(fmt::format("{}: error: layer {}: data.{}: '{}' {}", source.place, quoted(layer.name),
                              spec.name, escaped(source.file), what));
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

std::vector<uint8_t> make_tensor(const Layer& layer, const TensorSpec& spec, uint64_t run_seed) {
  if (from_file(layer, spec))
    return to_nhwc(layout_of(layer, spec), with_file(layer, spec, read_npy), spec.shape);
  const uint64_t seed = tensor_seed(run_seed, layer.name, spec.name);
  const bool integers = layer.data.kind == DataKind::integers;
  return draw(integers ? Distribution::integers : Distribution::normal, spec.type, seed, spec.elements());
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

TensorData make_tensors(const Layer& layer, const Problem& problem, uint64_t seed) {
  TensorData data;
  data.input = make_tensor(layer, input_spec(layer), seed);
  data.weight = make_tensor(layer, weight_spec(layer), seed);
  if (problem.bias) data.bias = make_tensor(layer, bias_spec(layer), seed);
  return data;
}

void check_data_files(const Layer& layer, const Problem& problem) {
  for (const TensorSpec& spec : {input_spec(layer), weight_spec(layer), bias_spec(layer)}) {
    const bool used = problem.bias || std::strcmp(spec.name, "bias") != 0;
    if (used && from_file(layer, spec)) with_file(layer, spec, check_npy);
  }
}

}  // namespace systole
