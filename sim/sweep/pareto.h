#pragma once
#include <cstddef>
#include <vector>

namespace systole {

/// Which rows no other row dominates: is as good in every column and better in one. Less is better; rows that
/// are equal are all kept. A row with a NaN is no candidate.
std::vector<bool> pareto_front(const std::vector<std::vector<double>>& rows);

/// The row with the least value in the column, the first of equals; rows.size() when none has one.
size_t best_row(const std::vector<std::vector<double>>& rows, size_t column);

}  // namespace systole
