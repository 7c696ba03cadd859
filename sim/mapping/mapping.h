#pragma once
// How a layer is cut into tiles: chosen by the tiler, legal by construction, explained to the user.
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/compute/dataflow/traits.h"
#include "models/isa.h"

namespace systole {

/// No legal mapping, or the requested one is illegal; says which buffer overflows by how many bytes.
class MappingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `dram`: tensors start and end in DRAM. `sram`: they are preloaded, and read back, on chip.
enum class Residency : uint8_t { dram, sram };

/// Tile sizes of one layer. gemm.m is cut as a box of images, output rows and columns; gemm.k along channels
/// only. Tiles of several groups hold all filters and channels of each. The loop over groups is the
/// outermost; within gemm.m the loops are images, columns, rows, outermost first.
struct Tiles {
  uint32_t groups = 1, images = 1, rows = 1, cols = 1;               ///< per tile: groups, N, P, Q
  uint32_t filters = 1, channels = 1;                                ///< per tile and group: M, C
  std::array<GemmDim, 3> order{GemmDim::m, GemmDim::n, GemmDim::k};  ///< tile loops, outermost first
};

struct Mapping : Tiles {
  Dataflow dataflow = Dataflow::output_stationary;
  uint64_t dram_read_bytes = 0, dram_write_bytes = 0;              ///< what this mapping asks of DRAM
  std::array<uint64_t, kTensorCount> read_bytes{}, write_bytes{};  ///< the same by tensor
  uint64_t steps = 0;                                              ///< tiles worked on, one after the other
  uint64_t estimated_cycles = 0;     ///< the tiler's estimate, not the simulated truth
  std::vector<std::string> reasons;  ///< one line each, for `systole explain`
};

}  // namespace systole
