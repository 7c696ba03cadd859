#pragma once
// The keys of a layer that only some algorithms have a use for.
#include <string>
#include <vector>

#include "sim/workload/layer.h"

namespace systole {

struct AlgorithmOption {
  const char* key;               ///< as YAML spells its path in a layer
  bool (*is_set)(const Layer&);  ///< to something else than what happens anyway
  void (*reset)(Layer&);
};

/// All of them; each algorithm names those it takes (Algorithm::options).
const std::vector<AlgorithmOption>& algorithm_options();

/// Those that the layer sets and its named algorithm has no use for. Where the algorithm is open, none.
std::vector<AlgorithmOption> useless_options(const Layer& layer);

/// "winograd, winograd_nonfused": what takes the option.
std::string takers_of(const AlgorithmOption& option);

}  // namespace systole
