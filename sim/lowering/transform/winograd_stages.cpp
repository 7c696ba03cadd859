#include "sim/lowering/transform/winograd_stages.h"

namespace systole {
namespace {

/// A plane a point, each with `pixels` of `channels`; images of `image` and rows of `row` pixels.
StageSide planes(const WinogradTiles& tiles, Tensor tensor, uint64_t base, int64_t pixels, int64_t image,
                 int64_t row, int64_t channels) {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  const int64_t plane = pixels * channels, across = tiles.horizontal.tile();
  side.outer_pitch = {tiles.points() * plane, image * channels};
  side.vertical = StageAxis::planes(tiles.vertical.tile(), row * channels, across * plane);
  side.horizontal = StageAxis::planes(tiles.horizontal.tile(), channels, plane);
  return side;
}

/// Windows of the layer's input or output.
template <class Strides>
StageSide windows(Tensor tensor, uint64_t base, const Strides& strides, const StageAxis& vertical,
                  const StageAxis& horizontal) {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  side.outer_pitch = {static_cast<int64_t>(strides.group), static_cast<int64_t>(strides.image)};
  side.vertical = vertical;
  side.horizontal = horizontal;
  return side;
}

TransformStage filter_stage(const WinogradTiles& w, const Problem& p, uint64_t from, Tensor tensor,
                            uint64_t to) {
  TransformStage stage;
  stage.name = "filter transform";
  stage.program = w.filter;
  stage.items = {p.groups, p.M, 1, 1, p.C};
  stage.source.tensor = Tensor::weight;
  stage.source.base = from;
  stage.source.outer_pitch = {static_cast<int64_t>(p.weight.group), static_cast<int64_t>(p.weight.filter)};
  stage.source.vertical = StageAxis::planes(p.R, 0, static_cast<int64_t>(p.weight.r));
  stage.source.horizontal = StageAxis::planes(p.S, 0, static_cast<int64_t>(p.weight.s));
  stage.target = planes(w, tensor, to, p.M, 1, 0, p.C);
  return stage;
}

}  // namespace

WinogradStages::WinogradStages(const LoweringRequest& request, StagedLayer& staged)
    : tiles(winograd_tiles(request, staged.problem)), ahead(request.layer.transform.pretransformed) {
  const Problem& p = staged.problem;
  const int64_t image = int64_t{tiles.rows} * tiles.cols, count = p.N * image;
  const uint64_t points = uint64_t{p.groups} * tiles.points();
  const uint64_t filter_bytes = points * p.M * p.C * sizeof(float);
  const Tensor filter_tensor = ahead ? Tensor::weight : Tensor::workspace;
  const uint64_t ahead_at = ahead ? staged.ahead(filter_bytes) : 0;
  dram_bytes = staged.space.used();
  const uint64_t filters = ahead ? ahead_at : staged.workspace(filter_bytes);
  const uint64_t transformed = staged.workspace(points * count * p.C * sizeof(float));
  const uint64_t products = staged.workspace(points * count * p.M * sizeof(float));

  filter = filter_stage(tiles, p, staged.layout.weight, filter_tensor, filters);

  const auto axis = [](const CookToom& f, uint32_t pad, uint32_t extent, uint64_t pitch) {
    return StageAxis::windows(f.tile(), f.m, 1, pad, extent, static_cast<int64_t>(pitch));
  };
  data.name = "data transform";
  data.program = tiles.data;
  data.items = {p.groups, p.N, tiles.rows, tiles.cols, p.C};
  data.source =
      windows(Tensor::input, staged.layout.input, p.input, axis(tiles.vertical, p.pad_top, p.H, p.input.row),
              axis(tiles.horizontal, p.pad_left, p.W, p.input.pixel));
  data.target = planes(tiles, Tensor::workspace, transformed, count, image, tiles.cols, p.C);

  product.name = "products";
  product.problem = batched_product(p, static_cast<uint32_t>(points), static_cast<uint32_t>(count), p.M, p.C);
  product.layout.input = transformed;
  product.layout.weight = filters;
  product.layout.output = products;
  product.layout.names.input = product.layout.names.output = Tensor::workspace;
  product.layout.names.weight = filter_tensor;

  const auto outputs = [](const CookToom& f, uint32_t extent, uint64_t pitch) {
    return StageAxis::windows(f.m, f.m, 1, 0, extent, static_cast<int64_t>(pitch));
  };
  inverse.name = "inverse transform";
  inverse.program = tiles.inverse;
  inverse.items = {p.groups, p.N, tiles.rows, tiles.cols, p.M};
  inverse.source = planes(tiles, Tensor::workspace, products, count, image, tiles.cols, p.M);
  inverse.target =
      windows(Tensor::output, staged.layout.output, p.output, outputs(tiles.vertical, p.P, p.output.row),
              outputs(tiles.horizontal, p.Q, p.output.pixel));
  inverse.post = post_of(staged);
}

}  // namespace systole
