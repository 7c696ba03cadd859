#pragma once
#include <cstdint>
#include <vector>

#include "sim/lowering/transform/rational_matrix.h"

namespace systole {

/// One term of a sum; the coefficient is not zero.
struct LinearTerm {
  uint32_t variable = 0;
  Rational coefficient;
};

using LinearForm = std::vector<LinearTerm>;

/// The rows of a matrix as sums of the variables 0..cols-1.
std::vector<LinearForm> rows_of(const RationalMatrix& matrix);

/// Operations of a sum that is evaluated on its own: k terms are k - 1 adds, a coefficient 1 or -1 is free,
/// +-2^i is a shift, any other a multiply.
struct FormCost {
  int adds = 0, multiplies = 0, shifts = 0, negations = 0;

  FormCost& operator+=(const FormCost& other);
  /// By adds and multiplies together, then multiplies, then the cheap ones.
  bool operator<(const FormCost& other) const;
};

/// A sum as factor * (sum of the terms): the factor is pulled out of all terms where that saves operations,
/// and applied once to the sum. The first term is not negative where any other can stand there.
struct FactoredForm {
  Rational factor = 1;
  LinearForm terms;
  FormCost cost;
};

/// `whole`: coefficients and factor are whole and must stay so.
FactoredForm factored(const LinearForm& form, bool whole);

}  // namespace systole
