#pragma once
// A convolution as one Fourier transform of the whole image: its size, and the transforms of rows and
// columns.
#include <string>

#include "sim/lowering/lowering.h"
#include "sim/lowering/transform/spectra.h"

namespace systole {

/// The forward transforms of rows and of columns of half spectra, of the data or the filters.
struct FftPasses {
  std::shared_ptr<const LaneProgram> rows, cols;
};

/// The image with its padding, (P + R - 1) x (Q + S - 1), zero-completed to height x width.
struct FftImage {
  uint32_t height = 0, width = 0;
  FftPasses data, filter;
  FftPasses inverse;  ///< columns first

  uint32_t bin_cols() const { return width / 2 + 1; }
};

/// `reason`: why there is no such transform; else left empty.
FftImage fft_image(const LoweringRequest& request, const Problem& problem, std::string& reason);

}  // namespace systole
