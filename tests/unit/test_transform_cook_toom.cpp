#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "lane_programs.h"
#include "sim/lowering/transform/cook_toom.h"
#include "winograd_reference.h"

using namespace systole;
using namespace systole::test;

namespace {

std::vector<Rational> parse_row(const std::string& text) {
  std::istringstream words(text);
  std::vector<Rational> row;
  for (std::string word; words >> word;) {
    const size_t bar = word.find('/');
    row.emplace_back(std::stoll(word), bar == std::string::npos ? 1 : std::stoll(word.substr(bar + 1)));
  }
  return row;
}

RationalMatrix parse_matrix(const std::string& text) {
  std::istringstream lines(text);
  RationalMatrix matrix;
  for (std::string line; std::getline(lines, line, ';'); ++matrix.rows) {
    const std::vector<Rational> row = parse_row(line);
    matrix.cols = static_cast<uint32_t>(row.size());
    matrix.entries.insert(matrix.entries.end(), row.begin(), row.end());
  }
  return matrix;
}

RationalMatrix transposed(const RationalMatrix& matrix) {
  RationalMatrix turned(matrix.cols, matrix.rows);
  for (uint32_t row = 0; row < matrix.rows; ++row)
    for (uint32_t col = 0; col < matrix.cols; ++col) turned.at(col, row) = matrix.at(row, col);
  return turned;
}

/// The factor by which `row` of a is that of b; fails where there is none.
Rational row_ratio(const RationalMatrix& a, const RationalMatrix& b, uint32_t row) {
  REQUIRE(a.cols == b.cols);
  REQUIRE(a.rows == b.rows);
  Rational ratio;
  for (uint32_t col = 0; col < a.cols; ++col) {
    if (ratio == 0 && b.at(row, col) != 0) ratio = a.at(row, col) / b.at(row, col);
    CHECK(a.at(row, col) == ratio * b.at(row, col));
  }
  REQUIRE(ratio != 0);
  return ratio;
}

/// scale * FIR of random integers, exactly.
void check_fir(const CookToom& made, int64_t scale, std::mt19937& random) {
  const RationalMatrix one = identity_matrix(1);
  const auto same = [](const Rational& a) { return a; };
  const auto fractions = [](const std::vector<int64_t>& all) {
    return std::vector<Rational>(all.begin(), all.end());
  };
  for (int trial = 0; trial < 20; ++trial) {
    const auto d = random_integers(random, made.tile(), 128), g = random_integers(random, made.r, 128);
    std::vector<Rational> products = plain_transform(made.data, one, fractions(d), same);
    const std::vector<Rational> filter = plain_transform(made.filter, one, fractions(g), same);
    for (uint32_t j = 0; j < made.tile(); ++j) products[j] = products[j] * filter[j];
    const std::vector<Rational> y = plain_transform(made.inverse, one, products, same);
    for (uint32_t i = 0; i < made.m; ++i) {
      int64_t sum = 0;
      for (uint32_t k = 0; k < made.r; ++k) sum += d[i + k] * g[k];
      CHECK(y[i] == scale * sum);
    }
  }
}

template <typename Visit>
void for_all_filters(Visit visit) {
  for (uint32_t m : {2, 3, 4, 6})
    for (uint32_t r : {2, 3, 5}) {
      INFO("F(" << m << "," << r << ")");
      visit(m, r);
    }
}

}  // namespace

TEST_CASE("every F(m,r) is the FIR filter, exactly", "[transform]") {
  std::mt19937 random(1);
  for_all_filters([&](uint32_t m, uint32_t r) {
    const CookToom made = cook_toom(m, r);
    CHECK(made.data.rows == m + r - 1);
    CHECK(made.filter.cols == r);
    CHECK(made.inverse.rows == m);
    check_fir(made, 1, random);
  });
}

TEST_CASE("scaled to integers, every F(m,r) is the FIR filter times the scale", "[transform]") {
  std::mt19937 random(2);
  for_all_filters([&](uint32_t m, uint32_t r) {
    const IntegerCookToom made = integer_cook_toom(cook_toom(m, r));
    for (const RationalMatrix* matrix : {&made.matrices.data, &made.matrices.filter, &made.matrices.inverse})
      for (const Rational& entry : matrix->entries) CHECK(entry.whole());
    check_fir(made.matrices, made.scale, random);
  });
}

TEST_CASE("the scales and growths of integer filters", "[transform]") {
  const auto growth = [](const RationalMatrix& matrix) {
    return largest_absolute_row_sum(matrix).numerator();
  };
  const IntegerCookToom small = integer_cook_toom(cook_toom(2, 3)),
                        large = integer_cook_toom(cook_toom(4, 3));
  CHECK(small.scale == 2);
  CHECK(large.scale == 24);
  CHECK(integer_cook_toom(cook_toom(2, 5)).scale == 24);
  CHECK(growth(small.matrices.data) == 2);
  CHECK(growth(small.matrices.filter) == 3);
  CHECK(growth(small.matrices.inverse) == 3);
  CHECK(growth(large.matrices.data) == 10);
  CHECK(growth(large.matrices.filter) == 24);
  CHECK(growth(large.matrices.inverse) == 19);
}

TEST_CASE("the published matrices, up to row scaling and sign", "[transform]") {
  for (const WinogradReference& reference : kWinogradReferences) {
    INFO(reference.source << ", F(" << reference.m << "," << reference.r << ")");
    const std::vector<Rational> points = parse_row(reference.points);
    const CookToom made = cook_toom(reference.m, reference.r, points);
    for (uint32_t j = 0; j < made.tile(); ++j) {
      const Rational data = row_ratio(made.data, parse_matrix(reference.data), j);
      const Rational filter = row_ratio(made.filter, parse_matrix(reference.filter), j);
      const Rational inverse =
          row_ratio(transposed(made.inverse), transposed(parse_matrix(reference.inverse)), j);
      CHECK(data * filter * inverse == 1);
    }
  }
  CHECK(cook_toom_points(4, 3) == parse_row("0 1 -1 2 -2"));
  CHECK(cook_toom_points(6, 5) == parse_row("0 1 -1 2 -2 1/2 -1/2 4 -1/4"));
}

TEST_CASE("points that do not make a filter are refused", "[transform]") {
  CHECK_THROWS_AS(cook_toom(2, 3, {0, 1}), std::invalid_argument);
  CHECK_THROWS_AS(cook_toom(2, 3, {0, 1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(cook_toom(7, 5), std::invalid_argument);
}
