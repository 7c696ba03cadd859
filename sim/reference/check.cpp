#include "sim/reference/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <stdexcept>

#include "sim/reference/bound.h"
#include "sim/reference/compare.h"
#include "sim/reference/onednn.h"
#include "sim/reference/ordered.h"
#include "sim/reference/plain.h"
#include "sim/reference/post_ops.h"
#include "sim/reference/staged.h"
#include "sim/workload/problem.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

OutputType output_type(const Problem& problem) {
  if (problem.format == Format::fp32) return OutputType::fp32;
  return problem.requantize() ? OutputType::int8 : OutputType::int32;
}

std::vector<uint64_t> coordinates(const Layer& layer, const Problem& p, uint64_t index) {
  const uint64_t channels = p.output.pixel;
  const uint64_t pixel = index / channels, column = index % channels;
  if (layer.type == LayerType::gemm) return {pixel / p.Q, pixel % p.Q, column};
  return {pixel / p.Q / p.P, pixel / p.Q % p.P, pixel % p.Q, column};
}

float bias_of(const Problem& problem, const TensorData& data, uint64_t index) {
  if (!problem.bias) return 0;
  float value;
  std::memcpy(&value, data.bias.data() + bias_index(problem, index) * sizeof(float), sizeof(float));
  return value;
}

class Comparison {
 public:
  Comparison(const Layer& layer, const Problem& problem, const Bytes& output)
      : layer_(layer), problem_(problem), output_(output), type_(output_type(problem)) {}

  CheckResult run(const References& references, const TensorData& data) {
    const ErrorBound bound(problem_, references.staged_roundings);
    const auto tolerance = [&](uint64_t i) {
      if (references.magnitudes.empty()) return 0.0;
      const float staged = references.staged_magnitudes.empty() ? 0 : references.staged_magnitudes[i];
      return bound.tolerance(references.magnitudes[i], bias_of(problem_, data, i), staged);
    };
    const Difference difference = compare_exactly(type_, output_, references.ordered);
    const Closeness closeness = compare_closely(type_, output_, references.second, tolerance);

    CheckResult result;
    const bool good = difference.count == 0 && closeness.beyond == 0;
    result.status = good ? CheckStatus::pass : CheckStatus::fail;
    result.reference = "ordered+" + references.second_name;
    result.max_abs_error = closeness.max_abs_error;
    if (closeness.max_magnitude > 0) result.max_rel_error = closeness.max_abs_error / closeness.max_magnitude;
    const uint64_t worst = difference.count > 0 ? difference.worst : closeness.worst;
    result.tolerance = tolerance(worst);
    if (difference.count > 0 || closeness.max_abs_error > 0)
      result.worst_index = coordinates(layer_, problem_, worst);
    if (difference.count > 0) {
      result.reason =
          fmt::format("{} of {} outputs differ from the ordered reference, first at {}, worst at {}",
                      difference.count, problem_.output_elements(), at(references.ordered, difference.first),
                      at(references.ordered, difference.worst));
    } else if (!good) {
      result.reason = fmt::format(
          "{} of {} outputs differ from {} by more than the bound, worst at {} (+-{:.3g})", closeness.beyond,
          problem_.output_elements(), references.second_name, at(references.second, worst), result.tolerance);
    }
    return result;
  }

 private:
  std::string at(const Bytes& reference, uint64_t index) const {
    return fmt::format("[{}]: {:.10g}, expected {:.10g}",
                       fmt::join(coordinates(layer_, problem_, index), ", "), element(type_, output_, index),
                       element(type_, reference, index));
  }

  const Layer& layer_;
  const Problem& problem_;
  const Bytes& output_;
  OutputType type_;
};

}  // namespace

const char* to_string(CheckStatus status) {
  switch (status) {
    case CheckStatus::pass:
      return "pass";
    case CheckStatus::fail:
      return "fail";
    case CheckStatus::skipped:
      return "skipped";
  }
  return "";
}

References make_references(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                           unsigned threads) {
  const Problem problem = make_problem(layer);
  References references;
  if (recipe.stages.empty()) {
    references.ordered = ordered_reference(problem, recipe.order, data, threads);
  } else {
    Bytes image = dram_image(recipe.layout, data);
    run_stages(recipe.stages, 0, recipe.stages.size(), image, threads);
    const auto output = image.begin() + static_cast<int64_t>(recipe.layout.output);
    references.ordered.assign(
        output, output + static_cast<int64_t>(problem.output_elements() * problem.output_bytes()));
    if (problem.format == Format::fp32) {
      StagedMagnitudes staged =
          staged_magnitudes(recipe.stages, recipe.layout, data, problem.output_elements(), threads);
      references.staged_magnitudes = std::move(staged.outputs);
      references.staged_roundings = staged.roundings;
    }
  }
  references.second_name = "onednn";
  if (problem.format == Format::fp32) {
    references.second = finish(problem, onednn_sums_fp32(problem, data, false), data.bias);
    references.magnitudes = onednn_sums_fp32(problem, data, true);
  } else if (const auto sums = onednn_sums_int8(problem, data)) {
    references.second = finish(problem, *sums, data.bias);
  } else {
    references.second_name = "plain";
    references.second = finish(problem, plain_sums_int8(problem, data), data.bias);
  }
  return references;
}

CheckResult compare(const Layer& layer, const TensorData& data, const std::vector<uint8_t>& output,
                    const References& references) {
  const Problem problem = make_problem(layer);
  if (output.size() != references.ordered.size())
    throw std::logic_error("check: the output has the wrong size");
  return Comparison(layer, problem, output).run(references, data);
}

CheckResult check_layer(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                        const std::vector<uint8_t>& output, unsigned threads) {
  return compare(layer, data, output, make_references(layer, recipe, data, threads));
}

}  // namespace systole
