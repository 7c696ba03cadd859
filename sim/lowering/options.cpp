#include "sim/lowering/options.h"

#include <algorithm>

#include "sim/lowering/lowering.h"

namespace systole {
namespace {

template <auto kMember>
AlgorithmOption of_transform(const char* key) {
  return {key, [](const Layer& layer) { return layer.transform.*kMember != TransformOptions{}.*kMember; },
          [](Layer& layer) { layer.transform.*kMember = TransformOptions{}.*kMember; }};
}

bool holds(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// What Strassen's products take, whatever algorithm they are part of.
const std::vector<std::string>& strassen_options() {
  static const std::vector<std::string> keys = {"weights", "strassen.levels", "strassen.form"};
  return keys;
}

}  // namespace

const std::vector<AlgorithmOption>& algorithm_options() {
  using T = TransformOptions;
  static const std::vector<AlgorithmOption> options = {
      {"halo", [](const Layer& layer) { return layer.halo.has_value(); },
       [](Layer& layer) { layer.halo.reset(); }},
      of_transform<&T::pretransformed>("weights"),
      of_transform<&T::transform_cse>("transform_cse"),
      of_transform<&T::winograd_m>("winograd.m"),
      of_transform<&T::fft_n>("fft.n"),
      of_transform<&T::products>("fft.products"),
      of_transform<&T::strassen_levels>("strassen.levels"),
      of_transform<&T::strassen_form>("strassen.form"),
  };
  return options;
}

std::vector<AlgorithmOption> useless_options(const Layer& layer) {
  std::vector<AlgorithmOption> useless;
  const Algorithm* algorithm = find_algorithm(layer.algorithm);
  if (algorithm == nullptr) return useless;
  const bool strassen = layer.transform.gemm == GemmMethod::strassen;
  for (const AlgorithmOption& option : algorithm_options()) {
    const bool taken =
        holds(algorithm->options, option.key) || (strassen && holds(strassen_options(), option.key));
    if (!taken && option.is_set(layer)) useless.push_back(option);
  }
  return useless;
}

std::string takers_of(const AlgorithmOption& option) {
  std::string names;
  for (const Algorithm& algorithm : algorithms()) {
    if (holds(algorithm.options, option.key))
      names += (names.empty() ? "" : ", ") + std::string(algorithm.name);
  }
  return holds(strassen_options(), option.key) ? names + ", or gemm: strassen" : names;
}

}  // namespace systole
