#include "sim/sweep/pareto.h"

#include <algorithm>
#include <cmath>

namespace systole {
namespace {

bool is_candidate(const std::vector<double>& row) {
  return std::none_of(row.begin(), row.end(), [](double value) { return std::isnan(value); });
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool is_better = false;
  for (size_t c = 0; c < a.size(); ++c) {
    if (a[c] > b[c]) return false;
    is_better = is_better || a[c] < b[c];
  }
  return is_better;
}

}  // namespace

std::vector<bool> pareto_front(const std::vector<std::vector<double>>& rows) {
  std::vector<size_t> order;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (is_candidate(rows[i])) order.push_back(i);
  }
  // A row is dominated only by rows before it in this order, and then by one of the front among them.
  std::sort(order.begin(), order.end(), [&rows](size_t a, size_t b) { return rows[a] < rows[b]; });
  std::vector<bool> is_front(rows.size());
  std::vector<size_t> front;  // equal rows once
  const std::vector<double>* before = nullptr;
  bool is_before_front = false;
  for (const size_t i : order) {
    if (before != nullptr && *before == rows[i]) {
      is_front[i] = is_before_front;
      continue;
    }
    before = &rows[i];
    is_before_front =
        std::none_of(front.rbegin(), front.rend(), [&](size_t j) { return dominates(rows[j], rows[i]); });
    is_front[i] = is_before_front;
    if (is_before_front) front.push_back(i);
  }
  return is_front;
}

size_t best_row(const std::vector<std::vector<double>>& rows, size_t column) {
  size_t best = rows.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (std::isnan(rows[i][column])) continue;
    if (best == rows.size() || rows[i][column] < rows[best][column]) best = i;
  }
  return best;
}

}  // namespace systole
