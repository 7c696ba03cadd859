#include "sim/reference/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "sim/reference/activation.h"
#include "sim/reference/bound.h"
#include "sim/reference/compare.h"
#include "sim/reference/fp64.h"
#include "sim/reference/non_finite.h"
#include "sim/reference/post_ops.h"
#include "sim/reference/stored_numbers.h"
#include "sim/workload/problem.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

std::vector<uint64_t> coordinates(const Layer& layer, const Problem& p, uint64_t index) {
  const uint64_t channels = p.output.pixel;
  const uint64_t pixel = index / channels, column = index % channels;
  if (layer.type == LayerType::gemm) return {pixel / p.Q, pixel % p.Q, column};
  return {pixel / p.Q / p.P, pixel / p.Q % p.P, pixel % p.Q, column};
}

class Comparison {
 public:
  Comparison(const Layer& layer, const Problem& problem, const TensorData& data, const Bytes& output,
             const References& references)
      : layer_(layer),
        problem_(problem),
        data_(data),
        output_(output),
        references_(references),
        format_(problem.formats.output),
        traits_(traits_of(format_)),
        wide_(problem, data),
        bound_(problem, references.staged_roundings, references.sum_roundings, references.subnormal_excess) {
    if (references.second_name == "fp64") fp64_.emplace(wide_.problem(), wide_.data());
  }

  CheckResult run() const {
    const Difference difference = compare_exactly(format_, output_, references_.ordered);
    const Closeness closeness = closeness_of_all();

    CheckResult result;
    result.follows_ordered = difference.count == 0;
    const bool good = result.follows_ordered && closeness.beyond == 0;
    result.status = good ? CheckStatus::pass : CheckStatus::fail;
    result.reference = "ordered+" + references_.second_name;
    result.max_abs_error = closeness.max_abs_error;
    if (closeness.max_magnitude > 0 || closeness.other_class > 0)
      result.max_rel_error = closeness.max_abs_error / closeness.max_magnitude;
    const uint64_t worst = difference.count > 0 ? difference.worst : closeness.worst;
    result.tolerance = tolerance(worst);
    if (difference.count > 0 || closeness.max_abs_error > 0)
      result.worst_index = coordinates(layer_, problem_, worst);
    if (difference.count > 0) {
      const auto ordered = [&](uint64_t i) { return at(i, element(format_, references_.ordered, i)); };
      result.reason = fmt::format(
          "{} of {} outputs differ from the ordered reference, first at {}, worst at {}", difference.count,
          problem_.output_elements(), ordered(difference.first), ordered(difference.worst));
    } else if (closeness.other_class > 0) {
      result.reason =
          fmt::format("{} of {} outputs differ from {} in class (finite, infinite, NaN), first at {}",
                      closeness.other_class, problem_.output_elements(), references_.second_name,
                      at(worst, expected(worst)));
    } else if (!good) {
      result.reason = fmt::format(
          "{} of {} outputs differ from {} by more than the bound, worst at {} (+-{:.3g})", closeness.beyond,
          problem_.output_elements(), references_.second_name, at(worst, expected(worst)), result.tolerance);
    }
    return result;
  }

 private:
  Closeness closeness_of_all() const {
    const auto wanted = [&](uint64_t i) { return expected(i); };
    const auto allowed = [&](uint64_t i) { return tolerance(i); };
    if (format_ != Format::fp32 || fp64_ || problem_.activation.traits().is_curve ||
        !references_.staged_magnitudes.empty())
      return compare_closely(format_, output_, wanted, allowed);
    Closeness result;
    const uint64_t count = problem_.output_elements();
    for (uint64_t first = 0; first < count; first += Closeness::kBlock) {
      if (count - first >= Closeness::kBlock && add_block(first, result)) continue;
      for (uint64_t i = first; i < std::min(first + Closeness::kBlock, count); ++i)
        result.add(i, element(format_, output_, i), expected(i), tolerance(i));
    }
    return result;
  }

  bool add_block(uint64_t first, Closeness& result) const {
    float output[Closeness::kBlock], wanted[Closeness::kBlock], biases[Closeness::kBlock];
    double allowed[Closeness::kBlock];
    std::memcpy(output, output_.data() + first * sizeof(float), sizeof output);
    std::memcpy(wanted, references_.second.data() + first * sizeof(float), sizeof wanted);
    biases_of_outputs(problem_, data_.bias, first, Closeness::kBlock, biases);
    bound_.tolerances(references_.magnitudes.data() + first, biases, Closeness::kBlock, allowed);
    return result.add_block(first, output, wanted, allowed);
  }

  double expected(uint64_t i) const {
    const double exact =
        fp64_ ? fp64_->output(i) : element(problem_.formats.accumulator, references_.second, i);
    return traits_.saturates ? std::clamp(exact, traits_.lowest, traits_.highest) : exact;
  }

  double tolerance(uint64_t i) const {
    if (!traits_.is_float()) return references_.allowed.empty() ? 0 : double{references_.allowed[i]};
    const double sum = fp64_ ? fp64_->magnitude(i) : double{references_.magnitudes[i]};
    const float bias = bias_of_output(problem_, data_.bias, i);
    // Of Inf and NaN nothing finite is left, but the 0 that ReLU makes of -Inf.
    if (!std::isfinite(sum + bias)) return 0;
    const double staged = references_.staged_magnitudes.empty() ? 0 : references_.staged_magnitudes[i];
    const double allowed = after_activation(bound_.tolerance(sum, bias, std::isfinite(staged) ? staged : 0),
                                            sum + std::fabs(double{bias}), i);
    return problem_.formats.converts() ? allowed + half_spacing(traits_, std::fabs(expected(i)) + allowed)
                                       : allowed;
  }

  /// What a distance grows to, of a number of at most this magnitude before the activation.
  double after_activation(double distance, double magnitude, uint64_t i) const {
    const Activation& activation = problem_.activation;
    if (!activation.traits().is_curve) return distance;
    return steepest_slope(activation) * distance + activation_error(activation, magnitude) +
           std::fabs(expected(i)) * 0x1p-24;
  }

  std::string at(uint64_t index, double wanted) const {
    return fmt::format("[{}]: {:.10g}, expected {:.10g}",
                       fmt::join(coordinates(layer_, problem_, index), ", "),
                       element(format_, output_, index), wanted);
  }

  const Layer& layer_;
  const Problem& problem_;
  const TensorData& data_;
  const Bytes& output_;
  const References& references_;
  Format format_;
  const NumberFormat& traits_;
  WideLayer wide_;
  ErrorBound bound_;
  std::optional<Fp64Layer> fp64_;
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

CheckResult compare(const Layer& layer, const TensorData& data, const std::vector<uint8_t>& output,
                    const References& references) {
  const Problem problem = make_problem(layer);
  if (output.size() != references.ordered.size())
    throw std::logic_error("check: the output has the wrong size");
  return Comparison(layer, problem, data, output, references).run();
}

CheckResult check_layer(const Layer& layer, const OutputRecipe& recipe, const TensorData& data,
                        const std::vector<uint8_t>& output, unsigned threads) {
  CheckResult result = compare(layer, data, output, make_references(layer, recipe, data, threads));
  if (result.status == CheckStatus::fail && result.follows_ordered) {
    const std::string causes = non_finite_causes(layer, recipe, data, threads);
    if (!causes.empty()) result.reason += ": " + causes;
  }
  return result;
}

}  // namespace systole
