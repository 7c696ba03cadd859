#include "sim/lowering/algorithms.h"

namespace systole {

const std::vector<Algorithm>& algorithms() {
  static const std::vector<Algorithm> registry = {
      direct_algorithm(),        implicit_gemm_algorithm(), implicit_precomp_gemm_algorithm(),
      explicit_gemm_algorithm(), winograd_algorithm(),      winograd_nonfused_algorithm(),
      fft_algorithm(),           fft_tiling_algorithm(),    strassen_algorithm(),
  };
  return registry;
}

const Algorithm* find_algorithm(const std::string& name) {
  for (const Algorithm& algorithm : algorithms()) {
    if (name == algorithm.name) return &algorithm;
  }
  return nullptr;
}

}  // namespace systole
