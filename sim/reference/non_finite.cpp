#include "sim/reference/non_finite.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/clones.h"
#include "sim/reference/ordered.h"
#include "sim/reference/staged.h"
#include "sim/reference/stored_numbers.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

/// Places of a tensor, in ascending order, whose numbers are not finite.
template <class Visit>
void each_non_finite(Format format, const Bytes& numbers, const Visit& visit) {
  const NumberFormat& traits = traits_of(format);
  for (uint64_t i = 0; i < 8 * numbers.size() / traits.bits; ++i) {
    const double value = number_of(traits, pattern_at(traits, numbers.data(), i));
    if (!std::isfinite(value)) visit(i, value);
  }
}

std::vector<uint64_t> coordinates(uint64_t index, const std::vector<uint64_t>& shape) {
  std::vector<uint64_t> at(shape.size());
  for (size_t d = shape.size(); d-- > 0; index /= shape[d]) at[d] = index % shape[d];
  return at;
}

/// Tells of the numbers in `tensor` that are not finite and makes them 0.
void take_out(const char* name, Format format, Bytes& tensor, const std::vector<uint64_t>& shape,
              std::vector<std::string>& causes) {
  std::string first;
  uint64_t count = 0;
  each_non_finite(format, tensor, [&](uint64_t i, double value) {
    if (count++ == 0)
      first = fmt::format("{} [{}] is {}", name, fmt::join(coordinates(i, shape), ", "), value);
    put_pattern(traits_of(format), 0, tensor.data(), i);
  });
  if (count > 1) first += fmt::format(" (and {} more of it are not finite)", count - 1);
  if (count > 0) causes.push_back(first);
}

/// The same of the exponents of a block-scaled tensor: a block is NaN.
void take_out_blocks(const char* name, Bytes& exponents, std::vector<std::string>& causes) {
  constexpr uint8_t kNan = 0xFF, kOne = 127;
  const auto count = std::count(exponents.begin(), exponents.end(), kNan);
  if (count == 0) return;
  causes.push_back(
      fmt::format("{} has {} of {} blocks whose exponent is NaN", name, count, exponents.size()));
  std::replace(exponents.begin(), exponents.end(), kNan, kOne);
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

/// Without the activation, which may hide an infinity.
Stage bare(Stage stage) {
  if (auto* transform = std::get_if<TransformStage>(&stage)) {
    transform->post.ops.activation = {};
  } else {
    std::get<ProductStage>(stage).problem.activation = {};
  }
  return stage;
}

/// What results may overflow in.
const char* narrowest(const Problem& problem) { return traits_of(problem.formats.output).name; }

/// The words of fp32 that differ between the images, but for those of the output.
Bytes written(const Bytes& before, const Bytes& after, std::ptrdiff_t output_begin,
              std::ptrdiff_t output_end) {
  Bytes words;
  for (std::ptrdiff_t at = 0; at + 4 <= static_cast<std::ptrdiff_t>(after.size()); at += 4) {
    const bool same = std::equal(after.begin() + at, after.begin() + at + 4, before.begin() + at);
    if (!same && (at < output_begin || at >= output_end))
      words.insert(words.end(), after.begin() + at, after.begin() + at + 4);
  }
  return words;
}

/// The first place where finite operands overflow.
std::string overflow(Problem problem, const OutputRecipe& recipe, const TensorData& data, unsigned threads) {
  problem.activation = {};
  if (recipe.stages.empty()) {
    const bool finite =
        all_finite(problem.formats.output, ordered_reference(problem, recipe.order, data, threads));
    return finite ? "" : fmt::format("{} overflows in the machine's order of summation", narrowest(problem));
  }
  Bytes image = dram_image(recipe.layout, data);
  const auto begin = static_cast<std::ptrdiff_t>(recipe.layout.output);
  const auto end = begin + static_cast<std::ptrdiff_t>(problem.output_elements() * problem.output_bytes());
  for (const Stage& stage : recipe.stages) {
    const Bytes before = image;
    run_stages({bare(stage)}, 0, 1, image, threads);
    const Bytes output(image.begin() + begin, image.begin() + end);
    if (!all_finite(Format::fp32, written(before, image, begin, end)) ||
        !all_finite(problem.formats.output, output))
      return std::visit(
          [&](const auto& s) { return fmt::format("{} overflows in '{}'", narrowest(problem), s.name); },
          stage);
  }
  return "";
}

}  // namespace

bool all_finite(Format format, const Bytes& numbers) {
  if (format == Format::fp32) return are_finite(numbers.data(), numbers.size() / sizeof(float));
  bool finite = true;
  each_non_finite(format, numbers, [&](uint64_t, double) { finite = false; });
  return finite;
}

std::string non_finite_causes(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                              unsigned threads) {
  const Problem problem = make_problem(layer);
  const LayerFormats& formats = problem.formats;
  if (!formats.is_float()) return "";
  std::vector<std::string> causes;
  TensorData finite = data;
  take_out("input", formats.input, finite.input, input_shape(layer), causes);
  take_out("weight", formats.weight, finite.weight, weight_shape(layer), causes);
  take_out_blocks("input", finite.input_exponents, causes);
  take_out_blocks("weight", finite.weight_exponents, causes);
  take_out("bias", formats.accumulator, finite.bias, bias_shape(layer), causes);
  const std::string overflows = overflow(problem, recipe, finite, threads);
  if (!overflows.empty()) causes.push_back(overflows);
  return fmt::format("{}", fmt::join(causes, "; "));
}

}  // namespace systole
