#include "sim/lowering/stage/layer_sides.h"

namespace systole {
namespace {

template <class Strides>
StageSide side_of(Tensor tensor, uint64_t base, Format format, const Strides& strides,
                  const StageAxis& vertical, const StageAxis& horizontal) {
  StageSide side;
  side.tensor = tensor;
  side.base = base;
  side.format = format;
  side.outer_pitch = {static_cast<int64_t>(strides.group), static_cast<int64_t>(strides.image)};
  side.vertical = vertical;
  side.horizontal = horizontal;
  side.inner_pitch = static_cast<int64_t>(strides.channel);
  return side;
}

}  // namespace

StageAxis input_rows(const Problem& p, uint32_t taps, uint32_t step) {
  return StageAxis::windows(taps, step, p.dilation_h, p.pad_top, p.H, static_cast<int64_t>(p.input.row));
}

StageAxis input_cols(const Problem& p, uint32_t taps, uint32_t step) {
  return StageAxis::windows(taps, step, p.dilation_w, p.pad_left, p.W, static_cast<int64_t>(p.input.pixel));
}

StageAxis output_rows(const Problem& p, uint32_t size) {
  return StageAxis::windows(size, size, 1, 0, p.P, static_cast<int64_t>(p.output.row));
}

StageAxis output_cols(const Problem& p, uint32_t size) {
  return StageAxis::windows(size, size, 1, 0, p.Q, static_cast<int64_t>(p.output.pixel));
}

StageSide input_side(const StagedLayer& layer, const StageAxis& vertical, const StageAxis& horizontal) {
  const Problem& p = layer.problem;
  return side_of(Tensor::input, layer.layout.input, p.formats.input, p.input, vertical, horizontal);
}

StageSide output_side(const StagedLayer& layer, const StageAxis& vertical, const StageAxis& horizontal) {
  return side_of(Tensor::output, layer.layout.output, layer.problem.formats.accumulator, layer.problem.output,
                 vertical, horizontal);
}

StageSide filter_side(const StagedLayer& layer) {
  const Problem& p = layer.problem;
  StageSide side;
  side.tensor = Tensor::weight;
  side.base = layer.layout.weight;
  side.format = p.formats.weight;
  side.outer_pitch = {static_cast<int64_t>(p.weight.group), static_cast<int64_t>(p.weight.filter)};
  side.vertical = StageAxis::planes(p.R, 0, static_cast<int64_t>(p.weight.r));
  side.horizontal = StageAxis::planes(p.S, 0, static_cast<int64_t>(p.weight.s));
  side.inner_pitch = static_cast<int64_t>(p.weight.channel);
  return side;
}

}  // namespace systole
