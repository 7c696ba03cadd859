#include "sim/lowering/transform/winograd_stages.h"

#include "sim/lowering/stage/layer_sides.h"

namespace systole {
namespace {

constexpr uint64_t kSumBytes = 4;

/// A plane a point, each with `pixels` of `channels`; images of `image` and rows of `row` pixels.
StageSide planes(const WinogradTiles& tiles, Tensor tensor, uint64_t base, Format format, int64_t pixels,
                 int64_t image, int64_t row, int64_t channels) {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  side.format = format;
  const int64_t plane = pixels * channels, across = tiles.horizontal.tile();
  side.outer_pitch = {tiles.points() * plane, image * channels};
  side.vertical = StageAxis::planes(tiles.vertical.tile(), row * channels, across * plane);
  side.horizontal = StageAxis::planes(tiles.horizontal.tile(), channels, plane);
  return side;
}

}  // namespace

WinogradStages::WinogradStages(const LoweringRequest& request, StagedLayer& staged, uint32_t m)
    : tiles(winograd_tiles(request, staged.problem, m)), ahead(request.layer.transform.pretransformed) {
  const Problem& p = staged.problem;
  const int64_t image = int64_t{tiles.rows} * tiles.cols, count = p.N * image;
  const uint64_t points = uint64_t{p.groups} * tiles.points();
  const uint64_t operand = traits_of(tiles.operands).bits / 8;
  const uint64_t filter_bytes = points * p.M * p.C * operand;
  const Tensor filter_tensor = ahead ? Tensor::weight : Tensor::workspace;
  const uint64_t ahead_at = ahead ? staged.ahead(filter_bytes) : 0;
  dram_bytes = staged.space.used();
  const uint64_t filters = ahead ? ahead_at : staged.workspace(filter_bytes);
  const uint64_t transformed = staged.workspace(points * count * p.C * operand);
  const uint64_t products = staged.workspace(points * count * p.M * kSumBytes);

  filter.name = "filter transform";
  filter.program = tiles.filter;
  filter.items = {p.groups, p.M, 1, 1, p.C};
  filter.source = filter_side(staged);
  filter.target = planes(tiles, filter_tensor, filters, tiles.operands, p.M, 1, 0, p.C);

  data.name = "data transform";
  data.program = tiles.data;
  data.items = {p.groups, p.N, tiles.rows, tiles.cols, p.C};
  const CookToom &v = tiles.vertical, &h = tiles.horizontal;
  data.source = input_side(staged, input_rows(p, v.tile(), v.m), input_cols(p, h.tile(), h.m));
  data.target = planes(tiles, Tensor::workspace, transformed, tiles.operands, count, image, tiles.cols, p.C);

  product.name = "products";
  product.problem =
      batched_product(tiles.operands, static_cast<uint32_t>(points), static_cast<uint32_t>(count), p.M, p.C);
  product.layout.input = transformed;
  product.layout.weight = filters;
  product.layout.output = products;
  product.layout.names.input = product.layout.names.output = Tensor::workspace;
  product.layout.names.weight = filter_tensor;

  inverse.name = "inverse transform";
  inverse.program = tiles.inverse;
  inverse.items = {p.groups, p.N, tiles.rows, tiles.cols, p.M};
  inverse.source =
      planes(tiles, Tensor::workspace, products, p.formats.accumulator, count, image, tiles.cols, p.M);
  inverse.target = output_side(staged, output_rows(p, v.m), output_cols(p, h.m));
  inverse.post = post_of(staged);
}

}  // namespace systole
