#include "sim/lowering/tile_views.h"

namespace systole {
namespace {

Bound bound_of(const Window& window) {
  if (!window.clipped) return {};
  // A tile of nothing but padding still needs a limit, for 0 says unbounded.
  const int32_t limit = window.count ? static_cast<int32_t>(window.count) : 1;
  return {window.origin, window.lane_step, window.tap_step, limit};
}

ResultView rows_of(const TileStep& s, uint64_t base, int64_t pixel) {
  ResultView view;
  view.base = static_cast<int64_t>(base);
  view.m[0] = {s.images.size, pixel * s.rows.size * s.cols.size};
  view.m[1] = {s.rows.size, pixel * s.cols.size};
  view.m[2] = {s.cols.size, pixel};
  return view;
}

}  // namespace

OperandView input_view(const TileContext& context, const TilePlan& plan, const TileStep& s,
                       const InputWindow& w, uint64_t place, uint32_t group) {
  const Problem& p = context.problem;
  const InputLayout& l = plan.input;
  OperandView view;
  view.buffer = Space::input;
  view.format = p.formats.input;
  view.zero_point = p.zero_point.input;
  view.base = static_cast<int64_t>(8 * place) + group * l.group;
  if (w.rows.count && w.cols.count) view.base += w.rows.origin * l.row + w.cols.origin * l.pixel;
  view.lane[0] = {s.images.size, l.image};
  view.lane[1] = {s.rows.size, w.rows.lane_step * l.row};
  view.lane[2] = {s.cols.size, w.cols.lane_step * l.pixel};
  view.k[0] = {p.R, w.rows.tap_step * l.row};
  view.k[1] = {p.S, w.cols.tap_step * l.pixel};
  view.k[2] = {s.channels.size, l.channel};
  view.bound = {bound_of(w.rows), bound_of(w.cols)};
  if (p.input_block() == 0) return view;
  const InputLayout& e = plan.input_exponents;
  view.exponents.base = static_cast<int64_t>(8 * (place + l.bytes)) + group * e.group;
  if (w.rows.count && w.cols.count) view.exponents.base += w.rows.origin * e.row + w.cols.origin * e.pixel;
  view.exponents.lane = {e.image, w.rows.lane_step * e.row, w.cols.lane_step * e.pixel};
  view.exponents.k = {w.rows.tap_step * e.row, w.cols.tap_step * e.pixel, e.channel};
  return view;
}

OperandView weight_view(const TileContext& context, const TilePlan& plan, const TileStep& s, uint64_t place,
                        uint32_t group) {
  const WeightLayout& l = plan.weight;
  OperandView view;
  view.buffer = Space::weight;
  view.format = context.problem.formats.weight;
  view.zero_point = context.problem.zero_point.weight;
  view.base = static_cast<int64_t>(8 * place) + group * l.group;
  view.lane[2] = {s.filters.size, l.filter};
  view.k[0] = {context.problem.R, l.tap * context.problem.S};
  view.k[1] = {context.problem.S, l.tap};
  view.k[2] = {s.channels.size, l.channel};
  if (context.problem.weight_block() == 0) return view;
  const WeightLayout& e = plan.weight_exponents;
  view.exponents.base = static_cast<int64_t>(8 * (place + l.bytes)) + group * e.group;
  view.exponents.lane = {0, 0, e.filter};
  view.exponents.k = {e.tap * context.problem.S, e.tap, e.channel};
  return view;
}

ResultView result_view(const TilePlan& plan, const TileStep& s, uint64_t place, uint32_t group) {
  ResultView view = rows_of(s, place + group * plan.result.group, plan.result.pixel);
  view.n = {s.filters.size, 4};
  return view;
}

Vector post_operation(const TileContext& context, const TilePlan& plan, const TileStep& s, uint64_t place,
                      uint64_t bias_place, std::shared_ptr<const LaneProgram> program) {
  const Problem& p = context.problem;
  const auto view_of = [&](uint64_t pixel, uint64_t bits) {
    LaneView view;
    const ResultView rows = rows_of(s, place, static_cast<int64_t>(pixel));
    view.buffer = rows.buffer;
    view.tensor = Tensor::output;
    view.base = 8 * rows.base;
    view.stride = {0, 8 * rows.m[0].stride, 8 * rows.m[1].stride, 8 * rows.m[2].stride,
                   static_cast<int64_t>(bits)};
    return view;
  };
  Vector vector;
  vector.program = std::move(program);
  vector.items = {1, s.images.size, s.rows.size, s.cols.size, s.groups.size * s.filters.size};
  vector.source() = view_of(static_cast<uint64_t>(plan.result.pixel), 32);
  vector.source().format = p.formats.accumulator;
  vector.target() = vector.source();
  if (p.formats.converts()) {
    vector.target() = view_of(static_cast<uint64_t>(plan.result.narrow_pixel), 8 * p.output_bytes());
    vector.target().format = p.formats.output;
  }
  if (const uint32_t numbers = p.channel_numbers(); numbers != 0) {
    LaneView& channels = vector.sources[vector.source_count++];
    channels.buffer = Space::weight;
    channels.tensor = Tensor::bias;
    channels.format = p.formats.accumulator;
    channels.base = static_cast<int64_t>(8 * bias_place);
    channels.stride[4] = int64_t{32} * numbers;
    channels.numbers = numbers;
  }
  return vector;
}

}  // namespace systole
