// Fourier convolution on tiles that overlap (overlap-save): tiles and filters are transformed, multiplied bin
// by bin as a batch of matrix products over the channels, and transformed back, all as passes through DRAM.
#include "sim/lowering/algorithms.h"
#include "sim/lowering/stage/layer_sides.h"
#include "sim/lowering/transform/fft_tiles.h"

namespace systole {
namespace {

StagedLayer stages_of(const LoweringRequest& request) {
  StagedLayer staged(request);
  const Problem& p = staged.problem;
  std::string reason;
  const FftTiles t = fft_tiles(request, p, reason);
  const uint32_t image = t.rows * t.cols;
  const SpectralProducts products(request, staged, t.bin_rows(), t.bin_cols(), p.N * image);

  TransformStage filter;
  filter.name = "filter transform";
  filter.program = t.filter;
  filter.items = {p.groups, p.M, 1, 1, p.C};
  filter.source = filter_side(staged);
  filter.target = products.filter.bins_of(1, 0, t.down);

  TransformStage data;
  data.name = "data transform";
  data.program = t.data;
  data.items = {p.groups, p.N, t.rows, t.cols, p.C};
  data.source = input_side(staged, input_rows(p, t.height, t.out_rows), input_cols(p, t.width, t.out_cols));
  data.target = products.data.bins_of(image, t.cols, t.down);

  TransformStage inverse;
  inverse.name = "inverse transform";
  inverse.program = t.inverse;
  inverse.items = {p.groups, p.N, t.rows, t.cols, p.M};
  inverse.source = products.result.bins_of(image, t.cols, t.down);
  inverse.target = output_side(staged, output_rows(p, t.out_rows), output_cols(p, t.out_cols));
  inverse.post = post_of(staged);

  staged.stages = {filter, data, products.stage, inverse};
  staged.prepared = request.layer.transform.pretransformed ? 1 : 0;
  return staged;
}

std::string declines(const LoweringRequest& request) {
  std::string reason = fourier_declines(request);
  if (reason.empty()) fft_tiles(request, make_problem(request.layer), reason);
  return reason;
}

}  // namespace

Algorithm fft_tiling_algorithm() {
  Algorithm algorithm;
  algorithm.name = "fft_tiling";
  algorithm.summary =
      "Fourier transforms of overlapping tiles, products of their bins as passes through DRAM";
  algorithm.options = {"weights", "fft.n", "fft.products"};
  algorithm.declines = declines;
  algorithm.lower = [](const LoweringRequest& request) { return lower_staged(request, stages_of(request)); };
  algorithm.explain = [](const LoweringRequest& request) {
    return explain_staged(request, stages_of(request));
  };
  return algorithm;
}

}  // namespace systole
