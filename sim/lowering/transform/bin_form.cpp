#include "sim/lowering/transform/bin_form.h"

#include <stdexcept>

namespace systole {

uint32_t bin_parts(BinForm form) {
  return form == BinForm::complex || form == BinForm::standard_filter ? 2 : 3;
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
    case BinForm::gauss_product:
      break;
  }
  throw std::invalid_argument("sums of products come out of no forward transform");
}

ComplexTerm input_bin(LaneGraph& graph, BinForm form) {
  const LaneTerm first = graph.input(), second = graph.input();
  if (form == BinForm::complex) return {first, second};
  if (form != BinForm::gauss_product)
    throw std::invalid_argument("an inverse transform takes no bins of operands");
  return {graph.subtract(first, graph.input()), graph.add(first, second)};
}

LaneProgram bin_program(BinForm form) {
  LaneGraph graph;
  std::vector<LaneTerm> outputs;
  if (form == BinForm::gauss_product) {
    append_parts(graph, BinForm::complex, input_bin(graph, form), outputs);
  } else {
    append_parts(graph, form, input_bin(graph, BinForm::complex), outputs);
  }
  return graph.program(outputs);
}

}  // namespace systole
