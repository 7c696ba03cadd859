#include "sim/lowering/transform/common_sums.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace systole {
namespace {

/// x_first + ratio * x_second, first < second.
struct Pair {
  uint32_t first, second;
  Rational ratio;
  bool operator<(const Pair& other) const {
    return std::tie(first, second, ratio) < std::tie(other.first, other.second, other.ratio);
  }
};

/// In which row a pair lies, and with what factor.
struct Use {
  size_t row;
  Rational factor;
};
using Uses = std::map<Pair, std::vector<Use>>;

/// Every way to write the rows anew costs what the touched rows and the definition cost.
struct Rewrite {
  FormCost cost;
  LinearForm definition;
  std::vector<std::pair<size_t, LinearForm>> rows;
};

Uses pairs_of(const std::vector<LinearForm>& rows) {
  Uses uses;
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const LinearTerm& a : rows[row])
      for (const LinearTerm& b : rows[row])
        if (a.variable < b.variable)
          uses[{a.variable, b.variable, b.coefficient / a.coefficient}].push_back({row, a.coefficient});
  }
  return uses;
}

Rewrite rewrite(const std::vector<LinearForm>& rows, uint32_t variable, const Pair& pair,
                const std::vector<Use>& uses, const Rational& factor, bool whole) {
  Rewrite made;
  made.definition = {{pair.first, factor}, {pair.second, factor * pair.ratio}};
  made.cost = factored(made.definition, whole).cost;
  for (const Use& use : uses) {
    LinearForm row;
    for (const LinearTerm& term : rows[use.row])
      if (term.variable != pair.first && term.variable != pair.second) row.push_back(term);
    row.push_back({variable, use.factor / factor});
    made.cost += factored(row, whole).cost;
    made.rows.emplace_back(use.row, std::move(row));
  }
  return made;
}

bool all_whole(const Rewrite& made) {
  const auto whole = [](const LinearForm& form) {
    return std::all_of(form.begin(), form.end(), [](const LinearTerm& t) { return t.coefficient.whole(); });
  };
  return whole(made.definition) &&
         std::all_of(made.rows.begin(), made.rows.end(), [&](const auto& row) { return whole(row.second); });
}

/// How far a rewrite lies below the cost of what it replaces.
struct Best {
  Rewrite rewrite;
  FormCost saved;
  bool found = false;
};

void consider(Rewrite candidate, const FormCost& before, Best& best) {
  const FormCost& cost = candidate.cost;
  const FormCost saved{before.adds - cost.adds, before.multiplies - cost.multiplies,
                       before.shifts - cost.shifts, before.negations - cost.negations};
  const FormCost least = best.found ? best.saved : FormCost{};
  if (least < saved) best = {std::move(candidate), saved, true};
}

Best best_rewrite(const std::vector<LinearForm>& rows, uint32_t variable, bool whole) {
  const Uses all = pairs_of(rows);
  size_t most = 0;
  for (const auto& [pair, uses] : all) most = std::max(most, uses.size());
  Best best;
  for (const auto& [pair, uses] : all) {
    if (uses.size() != most) continue;
    FormCost before;
    std::set<Rational> factors = {1, pair.ratio.inverse()};
    for (const Use& use : uses) {
      before += factored(rows[use.row], whole).cost;
      factors.insert(use.factor);
    }
    for (const Rational& factor : factors) {
      Rewrite candidate = rewrite(rows, variable, pair, uses, factor, whole);
      if (!whole || all_whole(candidate)) consider(std::move(candidate), before, best);
    }
  }
  return best;
}

}  // namespace

SharedForms share_pairs(uint32_t inputs, const std::vector<LinearForm>& rows, bool whole) {
  SharedForms shared{inputs, {}, rows};
  for (uint32_t variable = inputs;; ++variable) {
    const Best best = best_rewrite(shared.rows, variable, whole);
    if (!best.found) return shared;
    shared.definitions.push_back(best.rewrite.definition);
    for (const auto& [row, form] : best.rewrite.rows) shared.rows[row] = form;
  }
}

}  // namespace systole
