#include <algorithm>
#include <cmath>
#include <cstring>

#include "sim/reference/bound.h"
#include "sim/reference/check.h"
#include "sim/reference/non_finite.h"
#include "sim/reference/onednn.h"
#include "sim/reference/ordered.h"
#include "sim/reference/plain.h"
#include "sim/reference/post_ops.h"
#include "sim/reference/staged.h"
#include "sim/reference/stored_numbers.h"
#include "sim/workload/problem.h"

namespace systole {
namespace {

using Bytes = std::vector<uint8_t>;

/// The largest magnitude; infinite if one is.
double largest(const float* numbers, uint64_t count) {
  uint32_t most = 0;  // bits of magnitudes are in the order of their numbers
  for (uint64_t i = 0; i < count; ++i) {
    uint32_t bits;
    std::memcpy(&bits, numbers + i, sizeof bits);
    most = std::max(most, bits & 0x7FFFFFFFU);
  }
  float number;
  std::memcpy(&number, &most, sizeof number);
  return number;
}

/// Can no sum overflow, in whatever order oneDNN takes? `magnitudes`: of the sums of products, as summed in
/// fp32.
bool is_far_from_overflow(const Problem& problem, const TensorData& data,
                          const std::vector<float>& magnitudes) {
  constexpr double kFar = 0x1p126;
  const double bias = largest(reinterpret_cast<const float*>(data.bias.data()),
                              problem.bias ? uint64_t{problem.groups} * problem.M : 0);
  const double scale = std::max(1.0, std::fabs(double{problem.scale}));
  return scale * (largest(magnitudes.data(), magnitudes.size()) + bias) < kFar;
}

template <class Result>
Bytes bytes_of(const std::vector<Result>& results) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(results.data());
  return {bytes, bytes + results.size() * sizeof(Result)};
}

void add_second_float(References& references, const Problem& problem, const TensorData& data) {
  references.second_name = "fp64";
  if (!all_finite(Format::fp32, data.input) || !all_finite(Format::fp32, data.weight) ||
      !all_finite(Format::fp32, data.bias))
    return;
  OneDnnSums onednn = onednn_sums_fp32(problem, data);
  if (!is_far_from_overflow(problem, data, onednn.magnitudes)) return;
  references.second_name = "onednn";
  references.second = bytes_of(finish_exactly(problem, onednn.sums, data.bias));
  references.magnitudes = std::move(onednn.magnitudes);
}

void add_second_integer(References& references, const Problem& problem, const TensorData& data) {
  const auto sums = problem.formats.input == Format::int8 ? onednn_sums_int8(problem, data) : std::nullopt;
  references.second_name = sums ? "onednn" : "plain";
  ExactIntegers exact = finish_exactly(problem, sums ? *sums : plain_sums(problem, data), data.bias);
  references.second = bytes_of(exact.results);
  references.allowed = std::move(exact.allowed);
}

}  // namespace

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
    if (problem.formats.is_float()) {
      StagedMagnitudes staged = staged_magnitudes(recipe.stages, recipe.layout, problem, data, threads);
      references.staged_magnitudes = std::move(staged.outputs);
      references.staged_roundings = staged.roundings;
    }
  }
  const WideLayer wide(problem, data);
  if (recipe.order.summation.is_aligned() && recipe.stages.empty()) {
    references.sum_roundings = sum_roundings(problem, recipe.order);
    references.subnormal_excess = subnormal_excess(problem.formats.products(), wide.data());
  }
  if (problem.formats.is_float()) {
    add_second_float(references, wide.problem(), wide.data());
  } else {
    add_second_integer(references, wide.problem(), wide.data());
  }
  return references;
}

}  // namespace systole
