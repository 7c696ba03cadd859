#include "sim/lowering/transform/cook_toom.h"

#include <stdexcept>

namespace systole {
namespace {

using Polynomial = std::vector<Rational>;  // lowest power first

Polynomial times_root(const Polynomial& factor, const Rational& root) {
  Polynomial product(factor.size() + 1);
  for (size_t i = 0; i < factor.size(); ++i) {
    product[i + 1] = product[i + 1] + factor[i];
    product[i] = product[i] - factor[i] * root;
  }
  return product;
}

int64_t common_denominator(const Rational& a, int64_t so_far) {
  const int64_t factor = a.denominator() / std::gcd(a.denominator(), so_far);
  return (Rational(so_far) * factor).numerator();
}

}  // namespace

std::vector<Rational> cook_toom_points(uint32_t m, uint32_t r) {
  const std::vector<Rational> all = {0, 1, -1, 2, -2, {1, 2}, {-1, 2}, 4, {-1, 4}};
  if (m < 1 || r < 1 || m + r < 3 || m + r - 2 > all.size())
    throw std::invalid_argument("no points for F(m,r)");
  return {all.begin(), all.begin() + m + r - 2};
}

CookToom cook_toom(uint32_t m, uint32_t r) { return cook_toom(m, r, cook_toom_points(m, r)); }

CookToom cook_toom(uint32_t m, uint32_t r, const std::vector<Rational>& points) {
  if (points.size() + 2 != m + r) throw std::invalid_argument("F(m,r) needs m + r - 2 points");
  const uint32_t tile = m + r - 1, infinity = tile - 1;
  CookToom made{m, r, {m, tile}, {tile, r}, {tile, tile}};
  Polynomial all_roots = {1};
  for (uint32_t j = 0; j < infinity; ++j) {
    all_roots = times_root(all_roots, points[j]);
    Polynomial others = {1};
    Rational norm = 1;
    for (uint32_t k = 0; k < infinity; ++k) {
      if (k == j) continue;
      others = times_root(others, points[k]);
      norm = norm * (points[j] - points[k]);
    }
    if (norm == 0) throw std::invalid_argument("F(m,r) needs points that differ");
    const Rational sign = norm < 0 ? -1 : 1;
    for (uint32_t i = 0; i < infinity; ++i) made.data.at(j, i) = sign * others[i];
    Rational power = 1;
    for (uint32_t i = 0; i < m || i < r; ++i, power = power * points[j]) {
      if (i < m) made.inverse.at(i, j) = power;
      if (i < r) made.filter.at(j, i) = power / norm.magnitude();
    }
  }
  for (uint32_t i = 0; i < tile; ++i) made.data.at(infinity, i) = all_roots[i];
  made.inverse.at(m - 1, infinity) = 1;
  made.filter.at(infinity, r - 1) = 1;
  return made;
}

IntegerCookToom integer_cook_toom(const CookToom& exact) {
  IntegerCookToom made{exact, 1};
  CookToom& matrices = made.matrices;
  for (uint32_t j = 0; j < exact.tile(); ++j) {
    int64_t inverse = 1, data = 1;
    for (uint32_t i = 0; i < exact.m; ++i) inverse = common_denominator(exact.inverse.at(i, j), inverse);
    for (uint32_t i = 0; i < exact.tile(); ++i) data = common_denominator(exact.data.at(j, i), data);
    for (uint32_t i = 0; i < exact.m; ++i) matrices.inverse.at(i, j) = exact.inverse.at(i, j) * inverse;
    for (uint32_t i = 0; i < exact.tile(); ++i) matrices.data.at(j, i) = exact.data.at(j, i) * data;
    for (uint32_t i = 0; i < exact.r; ++i) {
      Rational& entry = matrices.filter.at(j, i);
      entry = entry / inverse / data;
      made.scale = common_denominator(entry, made.scale);
    }
  }
  for (Rational& entry : matrices.filter.entries) entry = entry * made.scale;
  return made;
}

}  // namespace systole
