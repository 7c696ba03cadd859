#pragma once
// The real parts that stand for a complex bin where bins are multiplied.
#include "sim/lowering/transform/dft.h"
#include "sim/lowering/transform/fft_program.h"
#include "sim/workload/layer.h"

namespace systole {

struct BinForms {
  BinForm input, filter, product;

  /// The parts are multiplied pair by pair: every product is a plain one of matrices.
  bool pairwise() const { return product != BinForm::complex; }
  /// Real multiplies of a complex product.
  uint32_t multiplies() const { return pairwise() ? bin_parts(product) : 4; }
};
/// Standard products slide, which saves a place for each operand's second use; Strassen's take matrices
/// apart, so with them the four products stand on their own.
BinForms bin_forms(const TransformOptions& options);

/// Appends the form's parts of `bin`.
void append_parts(LaneGraph& graph, BinForm form, ComplexTerm bin, std::vector<LaneTerm>& parts);

/// New inputs for the form's parts, and the bin they stand for.
ComplexTerm input_bin(LaneGraph& graph, BinForm form);

}  // namespace systole
