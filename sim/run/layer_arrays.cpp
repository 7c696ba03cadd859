#include "sim/run/layer_arrays.h"

#include <algorithm>
#include <cctype>

#include "models/number/block_scale.h"
#include "sim/reference/staged.h"
#include "sim/workload/block_shape.h"
#include "sim/workload/draw.h"
#include "sim/workload/npy.h"

namespace systole {
namespace {

using Shape = std::vector<uint64_t>;

std::string file_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

Shape output_shape(const Layer& layer) {
  const ConvShape& c = layer.conv;
  if (layer.type != LayerType::gemm) return {c.N, c.P(), c.Q(), c.M};
  return {layer.gemm.batch, layer.gemm.m, layer.gemm.n};
}

/// An array whose numbers are of `format`, as NumPy takes it.
NamedArray named_array(const std::string& name, const Shape& shape, Format format,
                       const std::vector<Lane>& numbers) {
  NamedArray array{file_name(name), shape, npy_format(format), {}};
  array.bytes.resize(numbers.size() * traits_of(array.format).bits / 8);
  store_rows(array.format, numbers.data(), 0, numbers.size(), numbers.size(), array.bytes.data());
  return array;
}

/// A tensor as it lies in DRAM.
NamedArray named_tensor(const std::string& name, const Shape& shape, Format format,
                        const std::vector<uint8_t>& tensor) {
  uint64_t count = 1;
  for (uint64_t extent : shape) count *= extent;
  return named_array(name, shape, format, load_rows(format, tensor.data(), count, shape.back()));
}

/// Block-scaled numbers in fp32, and the exponents that their blocks share.
void add_blocks(const std::string& name, const Shape& shape, const BlockShape& blocks, Format format,
                const std::vector<uint8_t>& tensor, const std::vector<uint8_t>& exponents,
                std::vector<NamedArray>& arrays) {
  const NumberFormat& traits = traits_of(format);
  uint64_t count = 1;
  for (uint64_t extent : shape) count *= extent;
  std::vector<Lane> numbers = load_rows(format, tensor.data(), count, shape.back());
  const uint64_t slab = uint64_t{blocks.channels} * blocks.inner;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t block = i / slab * blocks.blocks(traits) + i % slab / blocks.inner / traits.block;
    numbers[i] = scaled(numbers[i], scale_of(exponents[block * blocks.inner + i % blocks.inner]));
  }
  arrays.push_back(named_array(name, shape, Format::fp32, numbers));
  arrays.push_back({name + "_exponent", exponent_shape(shape, blocks, traits), Format::uint8, exponents});
}

/// A matrix for each group in an image of DRAM: `element(group, row, column)` counts elements from `base`.
template <class Element>
NamedArray matrices(const std::string& name, const Shape& shape, Format format,
                    const std::vector<uint8_t>& image, uint64_t base, const Element& element) {
  const NumberFormat& traits = traits_of(format);
  std::vector<Lane> numbers;
  for (uint64_t group = 0; group < shape[0]; ++group) {
    for (uint64_t row = 0; row < shape[1]; ++row) {
      for (uint64_t column = 0; column < shape[2]; ++column) {
        Lane number;
        const auto at = static_cast<int64_t>(element(group, row, column) * traits.bits);
        traits.load_run(&image[base], at, traits.bits, 1, &number, 1);
        numbers.push_back(number);
      }
    }
  }
  return named_array(name, shape, format, numbers);
}

/// Which stage writes a tensor that begins at `base`; else what the product calls it.
std::string maker_of(const std::vector<Stage>& stages, uint64_t base, const std::string& otherwise) {
  for (const Stage& stage : stages) {
    const auto* transform = std::get_if<TransformStage>(&stage);
    if (transform && transform->target.base == base) return transform->name;
  }
  return otherwise;
}

void add_product(const PlannedLayer& planned, const ProductStage& product, const std::vector<uint8_t>& image,
                 std::vector<NamedArray>& arrays) {
  const Problem& p = product.problem;
  const DramLayout &own = product.layout, &layer = planned.lowered.layout;
  const std::vector<Stage>& stages = planned.lowered.stages;
  const auto pixel = [&p](const auto& tensor, uint64_t group, uint64_t m) {
    return group * tensor.group + m / (uint64_t{p.P} * p.Q) * tensor.image + m / p.Q % p.P * tensor.row +
           m % p.Q * tensor.pixel;
  };
  if (own.input != layer.input) {
    arrays.push_back(matrices(maker_of(stages, own.input, product.name + " input"),
                              {p.groups, p.gemm_m(), p.C}, p.formats.input, image, own.input,
                              [&](uint64_t group, uint64_t m, uint64_t k) {
                                return pixel(p.input, group, m) + k * p.input.channel;
                              }));
  }
  if (own.weight != layer.weight) {
    arrays.push_back(matrices(maker_of(stages, own.weight, product.name + " weight"),
                              {p.groups, p.gemm_n(), p.C}, p.formats.weight, image, own.weight,
                              [&](uint64_t group, uint64_t n, uint64_t k) {
                                return group * p.weight.group + n * p.weight.filter + k * p.weight.channel;
                              }));
  }
  if (own.output != layer.output) {
    arrays.push_back(matrices(product.name, {p.groups, p.gemm_m(), p.gemm_n()}, p.formats.output, image,
                              own.output, [&](uint64_t group, uint64_t m, uint64_t n) {
                                return pixel(p.output, group, m) + n * p.output.channel;
                              }));
  }
}

/// The stages follow one another on an image, since a later one may take an earlier one's place.
void add_products(const PlannedLayer& planned, const TensorData& data, std::vector<NamedArray>& arrays) {
  const LoweredLayer& lowered = planned.lowered;
  if (lowered.stages.empty()) return;
  DramLayout layout = lowered.layout;
  layout.total_bytes = std::max(layout.total_bytes, lowered.reference_bytes);
  std::vector<uint8_t> image = dram_image(layout, data);
  for (size_t s = 0; s < lowered.stages.size(); ++s) {
    run_stages(lowered.stages, s, s + 1, image, 1);
    const auto* product = std::get_if<ProductStage>(&lowered.stages[s]);
    if (product) add_product(planned, *product, image, arrays);
  }
}

/// Bias and scale, which lie together in DRAM.
void add_channels(const PlannedLayer& planned, const TensorData& data, std::vector<NamedArray>& arrays) {
  const Problem& p = planned.problem;
  const std::vector<Lane> numbers =
      load_rows(Format::fp32, data.bias.data(), p.bias_bytes() / 4, p.bias_bytes() / 4);
  const auto add = [&](const char* name, Format format, uint32_t first) {
    std::vector<Lane> own;
    for (size_t i = first; i < numbers.size(); i += p.channel_numbers()) own.push_back(numbers[i]);
    arrays.push_back(named_array(name, bias_shape(planned.layer), format, own));
  };
  if (p.bias) add("bias", p.formats.accumulator, 0);
  if (p.scale_by_channel) add("scale", Format::fp32, p.bias ? 1 : 0);
}

}  // namespace

std::vector<NamedArray> arrays_of(const PlannedLayer& planned, const SimulatedLayer& simulated) {
  const Layer& layer = planned.layer;
  const TensorData& data = simulated.data;
  const LayerFormats formats = layer.formats();
  std::vector<NamedArray> arrays;
  const auto add = [&](const char* name, const Shape& shape, const BlockShape& blocks, Format format,
                       const std::vector<uint8_t>& tensor, const std::vector<uint8_t>& exponents) {
    if (!exponents.empty()) return add_blocks(name, shape, blocks, format, tensor, exponents, arrays);
    arrays.push_back(named_tensor(name, shape, format, tensor));
  };
  add("input", input_shape(layer), input_blocks(layer), formats.input, data.input, data.input_exponents);
  add("weight", weight_shape(layer), weight_blocks(layer), formats.weight, data.weight,
      data.weight_exponents);
  add_channels(planned, data, arrays);
  for (const Constant& constant : planned.lowered.constants)
    arrays.push_back({"index_table", {constant.bytes.size() / 4}, Format::int32, constant.bytes});
  add_products(planned, data, arrays);
  arrays.push_back(named_tensor("output", output_shape(layer), formats.output, simulated.output));
  return arrays;
}

}  // namespace systole
