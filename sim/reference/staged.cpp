#include "sim/reference/staged.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/reference/bound.h"
#include "sim/reference/lane_interpreter.h"
#include "sim/reference/ordered.h"
#include "sim/reference/stage_transform.h"
#include "sim/reference/stored_numbers.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes part(const Bytes& image, uint64_t base, uint64_t bytes) {
  const auto begin = image.begin() + static_cast<int64_t>(base);
  return {begin, begin + static_cast<int64_t>(bytes)};
}

TensorData operands(const ProductStage& stage, const Bytes& image) {
  const Problem& p = stage.problem;
  return {part(image, stage.layout.input, p.input_bytes()),
          part(image, stage.layout.weight, p.weight_bytes()), part(image, stage.layout.bias, p.bias_bytes())};
}

void run(const ProductStage& stage, Bytes& image, unsigned threads) {
  const Bytes result = ordered_reference(stage.problem, stage.order, operands(stage, image), threads);
  std::copy(result.begin(), result.end(), image.begin() + static_cast<int64_t>(stage.layout.output));
}

Bytes magnitudes(const Bytes& numbers, float scale) {
  Bytes scaled(numbers.size());
  for (size_t i = 0; i < numbers.size(); i += sizeof(float)) {
    float value;
    std::memcpy(&value, numbers.data() + i, sizeof value);
    value = std::fabs(value) * scale;
    std::memcpy(scaled.data() + i, &value, sizeof value);
  }
  return scaled;
}

/// The stages on operands in fp32, whatever they are stored in, with results in fp32.
struct WideStages {
  std::vector<Stage> stages;
  DramLayout layout;

  WideStages(const std::vector<Stage>& given, const DramLayout& given_layout, const Problem& problem)
      : stages(given), layout(given_layout) {
    const uint64_t end = layout.total_bytes;
    layout.input = end;
    layout.weight = layout.input + problem.input_elements() * sizeof(float);
    layout.output = layout.weight + problem.weight_elements() * sizeof(float);
    layout.total_bytes = layout.output + problem.output_elements() * sizeof(float);
    const auto moved = [&](uint64_t base) {
      return base == given_layout.input    ? layout.input
             : base == given_layout.weight ? layout.weight
             : base == given_layout.output ? layout.output
                                           : base;
    };
    const auto widen = [&](StageSide& side) {
      if (moved(side.base) != side.base) side.format = Format::fp32;
      side.base = moved(side.base);
    };
    for (Stage& stage : stages) {
      if (auto* transform = std::get_if<TransformStage>(&stage)) {
        widen(transform->source);
        widen(transform->target);
        transform->post = {};
      } else {
        auto& product = std::get<ProductStage>(stage);
        Problem& p = product.problem;
        product.order.summation = SumRule::pairwise;
        p.bias = p.has_scale = false;
        p.activation = {};
        // What stages hand on has the format it is made in.
        if (moved(product.layout.input) != product.layout.input) p.formats.input = Format::fp32;
        if (moved(product.layout.weight) != product.layout.weight) p.formats.weight = Format::fp32;
        p.formats.output = p.formats.accumulator;
        for (uint64_t* base : {&product.layout.input, &product.layout.weight, &product.layout.output})
          *base = moved(*base);
      }
    }
  }
};

/// The outputs of the stages by magnitude, from operands times `scale`. `data`: in fp32.
std::vector<float> absolute_outputs(const WideStages& wide, const TensorData& data, float scale,
                                    uint64_t output_elements, unsigned threads) {
  Bytes image = dram_image(wide.layout, {magnitudes(data.input, scale), magnitudes(data.weight, scale), {}});
  for (const Stage& stage : wide.stages) {
    if (const auto* transform = std::get_if<TransformStage>(&stage)) {
      run_transform(*transform, image.data(), true);
    } else {
      run(std::get<ProductStage>(stage), image, threads);
    }
  }
  std::vector<float> outputs(output_elements);
  std::memcpy(outputs.data(), image.data() + wide.layout.output, output_elements * sizeof(float));
  return outputs;
}

uint64_t roundings_of(const Stage& stage) {
  if (const auto* transform = std::get_if<TransformStage>(&stage)) return depth(*transform->program);
  const auto& product = std::get<ProductStage>(stage);
  return sum_roundings(product.problem, product.order);
}

bool is_finite(double value) { return std::isfinite(value); }

}  // namespace

Bytes dram_image(const DramLayout& layout, const TensorData& data) {
  Bytes image(layout.total_bytes);
  const auto put = [&](const Bytes& tensor, uint64_t base) {
    std::copy(tensor.begin(), tensor.end(), image.begin() + static_cast<int64_t>(base));
  };
  put(data.input, layout.input);
  put(data.weight, layout.weight);
  put(data.bias, layout.bias);
  put(data.input_exponents, layout.input_exponents);
  put(data.weight_exponents, layout.weight_exponents);
  return image;
}

void run_stages(const std::vector<Stage>& stages, size_t first, size_t last, Bytes& image, unsigned threads) {
  for (size_t i = first; i < last; ++i) {
    if (const auto* transform = std::get_if<TransformStage>(&stages[i])) {
      run_transform(*transform, image.data(), false);
    } else {
      run(std::get<ProductStage>(stages[i]), image, threads);
    }
  }
}

StagedMagnitudes staged_magnitudes(const std::vector<Stage>& stages, const DramLayout& layout,
                                   const Problem& problem, const TensorData& data, unsigned threads) {
  const WideStages wide(stages, layout, problem);
  const WideLayer layer(problem, data);
  const uint64_t count = problem.output_elements();
  StagedMagnitudes result;
  for (const Stage& stage : stages) result.roundings += roundings_of(stage);
  const std::vector<float> outputs = absolute_outputs(wide, layer.data(), 1, count, threads);
  result.outputs.assign(outputs.begin(), outputs.end());
  if (std::all_of(outputs.begin(), outputs.end(), is_finite)) return result;
  // The stages are linear in either operand. Against 2^128 and more, what underflows in small operands is
  // nothing.
  constexpr float kScale = 0x1p-80F;
  const std::vector<float> small = absolute_outputs(wide, layer.data(), kScale, count, threads);
  for (uint64_t i = 0; i < count; ++i) {
    if (!is_finite(result.outputs[i])) result.outputs[i] = double{small[i]} / kScale / kScale * (1 + 0x1p-24);
  }
  return result;
}

}  // namespace systole
