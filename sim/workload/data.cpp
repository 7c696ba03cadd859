#include "sim/workload/data.h"

#include <cstring>
#include <initializer_list>
#include <string>

#include "sim/workload/draw.h"
#include "sim/workload/npy.h"

namespace systole {
namespace {

struct TensorSpec {
  const char* name;
  std::vector<uint64_t> shape;
  NumberType type;
  const std::string& file;
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

TensorSpec input_spec(const Layer& layer) {
  return {"input", input_shape(layer), operand_type(layer), layer.data.input_file};
}
TensorSpec weight_spec(const Layer& layer) {
  return {"weight", weight_shape(layer), operand_type(layer), layer.data.weight_file};
}
TensorSpec bias_spec(const Layer& layer) {
  return {"bias", bias_shape(layer), bias_type(layer), layer.data.bias_file};
}

bool from_file(const Layer& layer, const TensorSpec& spec) {
  return layer.data.kind == DataKind::files && !spec.file.empty();
}

std::vector<uint8_t> make_tensor(const Layer& layer, const TensorSpec& spec, uint64_t run_seed) {
  if (from_file(layer, spec)) return read_npy(spec.file, spec.type, spec.shape);
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
    if (used && from_file(layer, spec)) check_npy(spec.file, spec.type, spec.shape);
  }
}

}  // namespace systole
