// Fourier convolution of whole images: rows and then columns of data and filters are transformed, multiplied
// bin by bin as a batch of matrix products over the channels, and transformed back, all as passes through
// DRAM.
#include <algorithm>

#include "sim/lowering/algorithms.h"
#include "sim/lowering/transform/fft_image.h"

namespace systole {
namespace {

/// Half spectra of rows, [group][image][row][bin][Re, Im][channel].
struct HalfRows {
  uint64_t base = 0;
  int64_t images = 1, rows = 1, bins = 1, channels = 1;

  int64_t row() const { return bins * 2 * channels; }
  uint64_t bytes(uint32_t groups) const {
    return groups * static_cast<uint64_t>(images * rows * row()) * sizeof(float);
  }
  StageSide side() const {
    StageSide side;
    side.base = base;
    side.outer_pitch = {images * rows * row(), 0};
    return side;
  }
  /// Items 2 are rows of all images.
  StageSide by_row() const {
    StageSide by_row = side();
    by_row.vertical = StageAxis::planes(1, row(), 0);
    by_row.horizontal = StageAxis::planes(static_cast<uint32_t>(2 * bins), 0, channels);
    return by_row;
  }
  /// Items 2 are images, items 3 bins; registers are a column.
  StageSide by_column() const {
    StageSide by_column = side();
    by_column.vertical = StageAxis::planes(static_cast<uint32_t>(rows), rows * row(), row());
    by_column.horizontal = StageAxis::planes(2, 2 * channels, channels);
    return by_column;
  }
};

/// A tensor of the layer; items 2 are rows of all images or filters, `row` apart, registers their `count`
/// pixels.
StageSide layer_rows(Tensor tensor, Format format, uint64_t base, uint64_t group, uint64_t row,
                     uint32_t count, uint64_t pixel) {
  StageSide side;
  side.tensor = tensor;
  side.format = format;
  side.base = base;
  side.outer_pitch = {static_cast<int64_t>(group), 0};
  side.vertical = StageAxis::planes(1, static_cast<int64_t>(row), 0);
  side.horizontal = StageAxis::windows(count, count, 1, 0, count, static_cast<int64_t>(pixel));
  return side;
}

StagedLayer stages_of(const LoweringRequest& request) {
  StagedLayer staged(request);
  const Problem& p = staged.problem;
  const bool ahead = request.layer.transform.pretransformed;
  std::string reason;
  const FftImage image = fft_image(request, p, reason);
  const SpectralProducts products(request, staged, image.height, image.bin_cols(), p.N);

  HalfRows filter_rows{0, p.M, p.R, image.bin_cols(), p.C}, data_rows{0, p.N, p.H, image.bin_cols(), p.C},
      output_rows{0, p.N, p.P, image.bin_cols(), p.M};
  // One of them is in use at a time. Filters transformed ahead of time pass through before the layer begins.
  const uint64_t of_filters = filter_rows.bytes(p.groups);
  const uint64_t of_layer = std::max(data_rows.bytes(p.groups), output_rows.bytes(p.groups));
  const uint64_t rows = staged.workspace(ahead ? of_layer : std::max(of_layer, of_filters));
  if (ahead && of_filters > of_layer) staged.ahead(of_filters - of_layer);
  filter_rows.base = data_rows.base = output_rows.base = rows;

  const auto stage = [&](const char* name, const std::shared_ptr<const LaneProgram>& program,
                         std::array<uint32_t, 5> items, const StageSide& source, const StageSide& target) {
    TransformStage transform;
    transform.name = name;
    transform.program = program;
    transform.items = items;
    transform.source = source;
    transform.target = target;
    return transform;
  };
  const uint32_t bins = image.bin_cols();
  TransformStage last = stage("inverse transform of rows", image.inverse.rows,
                              {p.groups, 1, p.N * p.P, 1, p.M}, output_rows.by_row(),
                              layer_rows(Tensor::output, p.formats.accumulator, staged.layout.output,
                                         p.output.group, p.output.row, p.Q, p.output.pixel));
  last.post = post_of(staged);
  staged.stages = {stage("filter transform of rows", image.filter.rows, {p.groups, 1, p.M * p.R, 1, p.C},
                         layer_rows(Tensor::weight, p.formats.weight, staged.layout.weight, p.weight.group,
                                    p.weight.r, p.S, p.weight.s),
                         filter_rows.by_row()),
                   stage("filter transform of columns", image.filter.cols, {p.groups, 1, p.M, bins, p.C},
                         filter_rows.by_column(), products.filter.columns()),
                   stage("data transform of rows", image.data.rows, {p.groups, 1, p.N * p.H, 1, p.C},
                         layer_rows(Tensor::input, p.formats.input, staged.layout.input, p.input.group,
                                    p.input.row, p.W, p.input.pixel),
                         data_rows.by_row()),
                   stage("data transform of columns", image.data.cols, {p.groups, 1, p.N, bins, p.C},
                         data_rows.by_column(), products.data.columns()),
                   products.stage,
                   stage("inverse transform of columns", image.inverse.cols, {p.groups, 1, p.N, bins, p.M},
                         products.result.columns(), output_rows.by_column()),
                   last};
  staged.prepared = ahead ? 2 : 0;
  return staged;
}

std::string declines(const LoweringRequest& request) {
  std::string reason = fourier_declines(request);
  if (reason.empty()) fft_image(request, make_problem(request.layer), reason);
  return reason;
}

}  // namespace

Algorithm fft_algorithm() {
  Algorithm algorithm;
  algorithm.name = "fft";
  algorithm.summary = "Fourier transforms of whole images, products of their bins, as passes through DRAM";
  algorithm.options = {"weights", "fft.products"};
  algorithm.declines = declines;
  algorithm.lower = [](const LoweringRequest& request) { return lower_staged(request, stages_of(request)); };
  algorithm.explain = [](const LoweringRequest& request) {
    return explain_staged(request, stages_of(request));
  };
  return algorithm;
}

}  // namespace systole
