#include "sim/reference/non_finite.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstring>

#include "models/clones.h"
#include "sim/reference/ordered.h"
#include "sim/reference/staged.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

/// Places of a tensor of fp32, in ascending order, whose numbers are not finite.
template <class Visit>
void each_non_finite(const Bytes& numbers, const Visit& visit) {
  for (uint64_t i = 0; i < numbers.size() / sizeof(float); ++i) {
    float value;
    std::memcpy(&value, numbers.data() + i * sizeof value, sizeof value);
    if (!std::isfinite(value)) visit(i, value);
  }
}

std::vector<uint64_t> coordinates(uint64_t index, const std::vector<uint64_t>& shape) {
  std::vector<uint64_t> at(shape.size());
  for (size_t d = shape.size(); d-- > 0; index /= shape[d]) at[d] = index % shape[d];
  return at;
}

/// Tells of the numbers in `tensor` that are not finite and makes them 0.
void take_out(const char* name, Bytes& tensor, const std::vector<uint64_t>& shape,
              std::vector<std::string>& causes) {
  std::string first;
  uint64_t count = 0;
  each_non_finite(tensor, [&](uint64_t i, float value) {
    if (count++ == 0)
      first = fmt::format("{} [{}] is {}", name, fmt::join(coordinates(i, shape), ", "), value);
    std::memset(tensor.data() + i * sizeof value, 0, sizeof value);
  });
  if (count > 1) first += fmt::format(" (and {} more of it are not finite)", count - 1);
  if (count > 0) causes.push_back(first);
}

SYSTOLE_CLONES bool are_finite(const uint8_t* numbers, uint64_t count) {
  uint32_t finite = 1;
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, numbers + i * sizeof bits, sizeof bits);
    finite &= (bits & 0x7F800000U) != 0x7F800000U;
  }
  return finite != 0;
}

/// Without ReLU, which hides -Inf.
Stage bare(Stage stage) {
  if (auto* transform = std::get_if<TransformStage>(&stage)) {
    transform->post.relu = false;
  } else {
    std::get<ProductStage>(stage).problem.relu = false;
  }
  return stage;
}

/// The first place where finite operands overflow.
std::string overflow(Problem problem, const OutputRecipe& recipe, const TensorData& data, unsigned threads) {
  problem.relu = false;
  if (recipe.stages.empty()) {
    const bool finite = all_finite(ordered_reference(problem, recipe.order, data, threads));
    return finite ? "" : "fp32 overflows in the machine's order of summation";
  }
  Bytes image = dram_image(recipe.layout, data);
  for (const Stage& stage : recipe.stages) {
    run_stages({bare(stage)}, 0, 1, image, threads);
    if (!all_finite(image))
      return std::visit([](const auto& s) { return fmt::format("fp32 overflows in '{}'", s.name); }, stage);
  }
  return "";
}

}  // namespace

bool all_finite(const Bytes& numbers) { return are_finite(numbers.data(), numbers.size() / sizeof(float)); }

std::string non_finite_causes(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                              unsigned threads) {
  const Problem problem = make_problem(layer);
  if (problem.format != Format::fp32) return "";
  std::vector<std::string> causes;
  TensorData finite = data;
  take_out("input", finite.input, input_shape(layer), causes);
  take_out("weight", finite.weight, weight_shape(layer), causes);
  take_out("bias", finite.bias, bias_shape(layer), causes);
  const std::string overflows = overflow(problem, recipe, finite, threads);
  if (!overflows.empty()) causes.push_back(overflows);
  return fmt::format("{}", fmt::join(causes, "; "));
}

}  // namespace systole
