#include "sim/lowering/transform/bin_form.h"

#include <stdexcept>

namespace systole {

uint32_t bin_parts(BinForm form) {
  switch (form) {
    case BinForm::complex:
    case BinForm::standard_filter:
      return 2;
    case BinForm::split_input:
    case BinForm::split_filter:
    case BinForm::split_product:
      return 4;
    default:
      return 3;
  }
}

void append_parts(LaneGraph& graph, BinForm form, ComplexTerm bin, std::vector<LaneTerm>& parts) {
  const auto [re, im] = bin;
  switch (form) {
    case BinForm::complex:
      parts.insert(parts.end(), {re, im});
      return;
    case BinForm::standard_input:
      parts.insert(parts.end(), {-im, re, im});
      return;
    case BinForm::standard_filter:
      parts.insert(parts.end(), {im, re});
      return;
    case BinForm::gauss_input:
      parts.insert(parts.end(), {graph.add(re, im), re, im});
      return;
    case BinForm::gauss_filter:
      parts.insert(parts.end(), {re, graph.subtract(im, re), graph.add(re, im)});
      return;
    case BinForm::split_input:
      parts.insert(parts.end(), {re, im, re, im});
      return;
    case BinForm::split_filter:
      parts.insert(parts.end(), {re, im, im, re});
      return;
    case BinForm::gauss_product:
    case BinForm::split_product:
      break;
  }
  throw std::invalid_argument("sums of products come out of no forward transform");
}

ComplexTerm input_bin(LaneGraph& graph, BinForm form) {
  const LaneTerm first = graph.input(), second = graph.input();
  if (form == BinForm::complex) return {first, second};
  if (form == BinForm::split_product) {
    const LaneTerm third = graph.input(), fourth = graph.input();
    return {graph.subtract(first, second), graph.add(third, fourth)};
  }
  if (form != BinForm::gauss_product)
    throw std::invalid_argument("an inverse transform takes no bins of operands");
  return {graph.subtract(first, graph.input()), graph.add(first, second)};
}

BinForms bin_forms(const TransformOptions& options) {
  if (options.products == ComplexProducts::gauss)
    return {BinForm::gauss_input, BinForm::gauss_filter, BinForm::gauss_product};
  if (options.gemm == GemmMethod::strassen)
    return {BinForm::split_input, BinForm::split_filter, BinForm::split_product};
  return {BinForm::standard_input, BinForm::standard_filter, BinForm::complex};
}

LaneProgram bin_program(BinForm form) {
  LaneGraph graph;
  std::vector<LaneTerm> outputs;
  if (form == BinForm::gauss_product || form == BinForm::split_product) {
    append_parts(graph, BinForm::complex, input_bin(graph, form), outputs);
  } else {
    append_parts(graph, form, input_bin(graph, BinForm::complex), outputs);
  }
  return graph.program(outputs);
}

}  // namespace systole
