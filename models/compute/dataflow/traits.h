#pragma once
// What a dataflow tells the host side, and all the tiler knows of it.
#include <array>

#include "models/isa.h"

namespace systole {

enum class GemmDim : uint8_t { m, n, k };

struct DataflowTraits {
  Dataflow id;
  const char* name;  ///< as in YAML, results and reports
  GemmDim rows, cols, time;
  const char* summary;
};

/// The registry of dataflows, in the order of the enumeration.
inline constexpr std::array<DataflowTraits, 3> kDataflows = {{
    {Dataflow::output_stationary, "output_stationary", GemmDim::m, GemmDim::n, GemmDim::k,
     "each PE keeps its outputs; k streams through rows and columns"},
    {Dataflow::weight_stationary, "weight_stationary", GemmDim::k, GemmDim::n, GemmDim::m,
     "each PE keeps a weight block; inputs stream, sums run down the columns"},
    {Dataflow::input_stationary, "input_stationary", GemmDim::k, GemmDim::m, GemmDim::n,
     "each PE keeps an input block; weights stream, sums run down the columns"},
}};

constexpr const DataflowTraits& traits_of(Dataflow id) { return kDataflows[static_cast<int>(id)]; }

}  // namespace systole
