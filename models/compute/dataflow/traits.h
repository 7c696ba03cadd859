#pragma once
// What a dataflow tells the host side, and all the tiler knows of it.
#include <cstddef>
#include <vector>

#include "models/isa.h"

namespace systole {

enum class GemmDim : uint8_t { m, n, k };

struct DataflowFolds;

struct DataflowTraits {
  Dataflow id;
  const char* name;  ///< as in YAML, results and reports
  GemmDim rows, cols, time;
  const char* summary;
  const DataflowFolds* folds;  ///< what the array knows of it: folds.h
};

/// The registry (registry.cpp), in the order of the enumeration.
const std::vector<DataflowTraits>& dataflows();

inline const DataflowTraits& traits_of(Dataflow id) { return dataflows()[static_cast<std::size_t>(id)]; }

}  // namespace systole
