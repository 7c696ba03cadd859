#pragma once
#include <vector>

#include "sim/workload/activation.h"

namespace systole::test {

inline Activation relu(bool wanted = true) {
  Activation activation;
  activation.function = wanted ? ActivationFunction::relu : ActivationFunction::none;
  return activation;
}

/// Every function, those that have a table with a coarse and a fine one as well.
inline std::vector<Activation> all_activations() {
  std::vector<Activation> all;
  for (size_t f = 0; f < kActivations.size(); ++f) {
    Activation activation;
    activation.function = static_cast<ActivationFunction>(f);
    all.push_back(activation);
    for (const uint32_t segments : {16U, 256U}) {
      activation.table = segments;
      if (kActivations[f].has_table) all.push_back(activation);
    }
  }
  return all;
}

}  // namespace systole::test
