#pragma once
// The real parts that stand for a complex bin where bins are multiplied.
#include "sim/lowering/transform/dft.h"
#include "sim/lowering/transform/fft_program.h"

namespace systole {

/// Appends the form's parts of `bin`.
void append_parts(LaneGraph& graph, BinForm form, ComplexTerm bin, std::vector<LaneTerm>& parts);

/// New inputs for the form's parts, and the bin they stand for.
ComplexTerm input_bin(LaneGraph& graph, BinForm form);

}  // namespace systole
