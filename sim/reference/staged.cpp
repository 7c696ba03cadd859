#include "sim/reference/staged.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/reference/lane_interpreter.h"
#include "sim/reference/ordered.h"
#include "sim/reference/stage_transform.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes part(const Bytes& image, uint64_t base, uint64_t bytes) {
  const auto begin = image.begin() + static_cast<int64_t>(base);
  return {begin, begin + static_cast<int64_t>(bytes)};
}

TensorData operands(const ProductStage& stage, const Bytes& image) {
  const Problem& p = stage.problem;
  return {part(image, stage.layout.input, p.input_elements() * p.operand_bytes()),
          part(image, stage.layout.weight, p.weight_elements() * p.operand_bytes()),
          part(image, stage.layout.bias, p.bias_elements() * 4)};
}

void run(const ProductStage& stage, Bytes& image, unsigned threads) {
  const Bytes result = ordered_reference(stage.problem, stage.order, operands(stage, image), threads);
  std::copy(result.begin(), result.end(), image.begin() + static_cast<int64_t>(stage.layout.output));
}

void clear_signs(Bytes& floats) {
  for (size_t i = 3; i < floats.size(); i += 4) floats[i] &= 0x7F;
}

}  // namespace

Bytes dram_image(const DramLayout& layout, const TensorData& data) {
  Bytes image(layout.total_bytes);
  const auto put = [&](const Bytes& tensor, uint64_t base) {
    std::copy(tensor.begin(), tensor.end(), image.begin() + static_cast<int64_t>(base));
  };
  put(data.input, layout.input);
  put(data.weight, layout.weight);
  put(data.bias, layout.bias);
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
                                   const TensorData& data, uint64_t output_elements, unsigned threads) {
  StagedMagnitudes magnitudes;
  Bytes image = dram_image(layout, data);
  clear_signs(image);
  for (const Stage& stage : stages) {
    if (const auto* transform = std::get_if<TransformStage>(&stage)) {
      run_transform(*transform, image.data(), true);
      magnitudes.roundings += depth(*transform->program);
    } else {
      ProductStage bare = std::get<ProductStage>(stage);
      bare.problem.bias = bare.problem.relu = bare.problem.has_scale = false;
      run(bare, image, threads);
      magnitudes.roundings += bare.problem.gemm_k();
    }
  }
  magnitudes.outputs.resize(output_elements);
  std::memcpy(magnitudes.outputs.data(), image.data() + layout.output, output_elements * sizeof(float));
  return magnitudes;
}

}  // namespace systole
