#pragma once
// How a layer is cut into tiles: chosen by the tiler, legal by construction, explained to the user.
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/compute/dataflow/traits.h"

namespace systole {

/// No legal mapping, or the requested one is illegal; says which buffer overflows by how many bytes.
class MappingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Tile sizes of one layer. gemm.m is cut as a box of images, output rows and columns; gemm.k along channels only.
struct Mapping {
  Dataflow dataflow = Dataflow::output_stationary;
  uint32_t groups = 1, images = 1, rows = 1, cols = 1;  ///< per tile: groups, N, P, Q
  uint32_t filters = 1, channels = 1;                   ///< per tile and group: M, C
  std::array<GemmDim, 3> order{GemmDim::m, GemmDim::n, GemmDim::k};  ///< tile loops, outermost first
  uint64_t dram_read_bytes = 0, dram_write_bytes = 0;  ///< what this mapping asks of DRAM
  std::vector<std::string> reasons;                    ///< one line each, for `systole explain`
};

}  // namespace systole
