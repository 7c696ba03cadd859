#pragma once
// A convolution as overlapping tiles (overlap-save): which tiles, and their three transforms.
#include <string>

#include "sim/lowering/lowering.h"
#include "sim/lowering/transform/spectra.h"

namespace systole {

/// Tiles of n x n inputs give (n - R + 1) x (n - S + 1) outputs. A filter of one row or one column takes
/// lines of n instead, along its own axis.
struct FftTiles {
  uint32_t n = 0;
  bool line = false, down = false;      ///< a line; a line along the vertical axis
  uint32_t height = 0, width = 0;       ///< inputs
  uint32_t out_rows = 0, out_cols = 0;  ///< outputs
  uint32_t rows = 0, cols = 0;          ///< tiles of an image
  std::shared_ptr<const LaneProgram> data, filter, inverse;

  uint32_t bin_rows() const { return line ? 1 : n; }
  uint32_t bin_cols() const { return n / 2 + 1; }
};

/// The tiles of the layer's `fft.n`, or of the size that costs the least among those whose transforms find
/// room in the vector unit's registers and the buffers: cycles of a full array, of the vector unit and of
/// DRAM. `reason`: why there are none, n then being 0.
FftTiles fft_tiles(const LoweringRequest& request, const Problem& problem, std::string& reason);

}  // namespace systole
