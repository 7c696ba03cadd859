#pragma once
// A layer's own tensors as transforms see them.
#include "sim/lowering/stage/staged_layer.h"

namespace systole {

/// Windows of `taps` input rows (columns), `step` apart, the first beginning with the padding.
StageAxis input_rows(const Problem& problem, uint32_t taps, uint32_t step);
StageAxis input_cols(const Problem& problem, uint32_t taps, uint32_t step);
/// Neighbouring blocks of `size` output rows (columns); the last may be cut off.
StageAxis output_rows(const Problem& problem, uint32_t size);
StageAxis output_cols(const Problem& problem, uint32_t size);

/// Items are groups, images, rows, columns, channels.
StageSide input_side(const StagedLayer& layer, const StageAxis& vertical, const StageAxis& horizontal);
StageSide output_side(const StagedLayer& layer, const StageAxis& vertical, const StageAxis& horizontal);
/// Items are groups, filters, 1, 1, channels; registers are the filter's taps.
StageSide filter_side(const StagedLayer& layer);

}  // namespace systole
