#include "sim/lowering/transform/linear_form.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace systole {
namespace {

void count_factor(const Rational& factor, FormCost& cost) {
  if (factor.magnitude() == 1) return;
  ++(is_power_of_two(factor) ? cost.shifts : cost.multiplies);
}

/// Negative terms are subtracted; alone in front they need their sign.
void put_a_fit_term_first(LinearForm& terms) {
  const auto positive = [](const LinearTerm& term) { return Rational() < term.coefficient; };
  const auto scaled = [](const LinearTerm& term) { return term.coefficient != -1; };
  auto first = std::find_if(terms.begin(), terms.end(), positive);
  if (first == terms.end()) first = std::find_if(terms.begin(), terms.end(), scaled);
  if (first != terms.end()) std::rotate(terms.begin(), first, first + 1);
}

FactoredForm with_factor(const LinearForm& form, const Rational& factor) {
  FactoredForm made{factor, form, {}};
  for (LinearTerm& term : made.terms) {
    term.coefficient = term.coefficient / factor;
    count_factor(term.coefficient, made.cost);
  }
  put_a_fit_term_first(made.terms);
  made.cost.adds = static_cast<int>(form.size()) - 1;
  made.cost.negations = made.terms.front().coefficient == -1;
  count_factor(factor, made.cost);
  return made;
}

}  // namespace

std::vector<LinearForm> rows_of(const RationalMatrix& matrix) {
  std::vector<LinearForm> rows(matrix.rows);
  for (uint32_t row = 0; row < matrix.rows; ++row)
    for (uint32_t col = 0; col < matrix.cols; ++col)
      if (matrix.at(row, col) != 0) rows[row].push_back({col, matrix.at(row, col)});
  return rows;
}

FormCost& FormCost::operator+=(const FormCost& other) {
  adds += other.adds, multiplies += other.multiplies, shifts += other.shifts, negations += other.negations;
  return *this;
}

bool FormCost::operator<(const FormCost& other) const {
  return std::make_tuple(adds + multiplies, multiplies, shifts + negations) <
         std::make_tuple(other.adds + other.multiplies, other.multiplies, other.shifts + other.negations);
}

FactoredForm factored(const LinearForm& form, bool whole) {
  FactoredForm best = with_factor(form, 1);
  if (form.size() == 1) return best;
  std::set<Rational> magnitudes;
  for (const LinearTerm& term : form) {
    if (term.coefficient.magnitude() == 1 || !magnitudes.insert(term.coefficient.magnitude()).second)
      continue;
    for (const Rational& factor : {term.coefficient, -term.coefficient}) {
      FactoredForm candidate = with_factor(form, factor);
      const auto fraction = [](const LinearTerm& t) { return !t.coefficient.whole(); };
      if (whole && std::any_of(candidate.terms.begin(), candidate.terms.end(), fraction)) continue;
      if (candidate.cost < best.cost) best = std::move(candidate);
    }
  }
  return best;
}

}  // namespace systole
