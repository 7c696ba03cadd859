#pragma once
// Spectra in DRAM between the stages of a Fourier algorithm, and how their bins are multiplied.
#include "sim/lowering/stage/staged_layer.h"
#include "sim/lowering/transform/fft_program.h"

namespace systole {

/// Why no Fourier algorithm takes the layer; empty: it may.
std::string fourier_declines(const LoweringRequest& request);

/// fp32 reals as [group][bin][part][pixel][channel]; bins lie in rows.
struct Spectrum {
  BinForm form = BinForm::complex;
  Tensor tensor = Tensor::workspace;
  uint64_t base = 0;
  uint32_t groups = 1, bin_rows = 1, bin_cols = 1;
  int64_t pixels = 1, channels = 1;

  uint32_t bins() const { return bin_rows * bin_cols; }
  uint32_t parts() const { return bin_parts(form); }
  int64_t plane() const { return pixels * channels; }
  uint64_t bytes() const;

  /// As a transform sees it whose registers are all bins of an item. Items 1, 2, 3 are images of `image`
  /// pixels, rows of `row` pixels, pixels. `down`: a line of bins is taken along the vertical axis.
  StageSide bins_of(int64_t image, int64_t row, bool down) const;
  /// As a transform sees it whose registers are a column of bins: items 2 are pixels, items 3 columns.
  StageSide columns() const;
};

/// The spectra of a layer, and the stage that multiplies them.
struct SpectralProducts {
  Spectrum data, filter, result;
  ProductStage stage;

  /// `pixels`: data spectra a group. The filters' place is taken from the layer's weights if they were
  /// transformed ahead of time, else all lie in the workspace.
  SpectralProducts(const LoweringRequest& request, StagedLayer& staged, uint32_t bin_rows, uint32_t bin_cols,
                   uint32_t pixels);
};

}  // namespace systole
