#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "lane_programs.h"
#include "sim/lowering/transform/cook_toom.h"
#include "sim/lowering/transform/linear_program.h"
#include "sim/reference/lane_interpreter.h"

using namespace systole;
using namespace systole::test;

namespace {

using Counts = std::vector<int>;  // adds, multiplies, shifts, other

LinearOptions options_of(LaneNumber number, bool transform_cse = false, int64_t divisor = 1) {
  return {number, transform_cse, divisor};
}

template <typename Visit>
void for_all_filters(Visit visit) {
  for (uint32_t m : {2, 3, 4, 6})
    for (uint32_t r : {2, 3, 5}) {
      INFO("F(" << m << "," << r << ")");
      visit(cook_toom(m, r), integer_cook_toom(cook_toom(m, r)));
    }
}

Counts counts(const RationalMatrix& matrix, bool transform_cse = false) {
  return tally(linear_program(matrix, options_of(LaneNumber::fp32, transform_cse)));
}
Counts square_counts(const RationalMatrix& matrix, bool transform_cse = false) {
  return tally(linear_program(matrix, matrix, options_of(LaneNumber::fp32, transform_cse)));
}

int64_t whole(const Rational& a) { return a.numerator(); }

/// y = scale * correlation of a random tile, through three programs.
void check_convolution(const IntegerCookToom& made, bool vertical, bool horizontal, bool cse,
                       std::mt19937& random) {
  const CookToom& f = made.matrices;
  const RationalMatrix one = identity_matrix(1);
  const auto program = [&](const RationalMatrix& matrix, int64_t divisor) {
    return linear_program(vertical ? matrix : one, horizontal ? matrix : one,
                          options_of(LaneNumber::int32, cse, divisor));
  };
  const auto extent = [](bool is, uint32_t size) { return is ? size : 1; };
  const uint32_t rows = extent(vertical, f.tile()), cols = extent(horizontal, f.tile());
  const uint32_t r = extent(vertical, f.r), s = extent(horizontal, f.r);
  const uint32_t p = extent(vertical, f.m), q = extent(horizontal, f.m);
  const auto d = random_integers(random, rows * cols, 128), g = random_integers(random, r * s, 128);
  std::vector<int64_t> products = interpret(program(f.data, 1), d);
  const std::vector<int64_t> filter = interpret(program(f.filter, 1), g);
  for (size_t i = 0; i < products.size(); ++i) products[i] *= filter[i];
  const int64_t scale = (vertical ? made.scale : 1) * (horizontal ? made.scale : 1);
  if (scale > 1 << 24) {  // F(6,5) in two dimensions: no lane holds the divisor
    CHECK_THROWS_AS(program(f.inverse, scale), std::range_error);
    return;
  }
  const std::vector<int64_t> y = interpret(program(f.inverse, scale), products);
  REQUIRE(y.size() == p * q);
  for (uint32_t i = 0; i < p; ++i)
    for (uint32_t j = 0; j < q; ++j) {
      int64_t sum = 0;
      for (uint32_t a = 0; a < r; ++a)
        for (uint32_t b = 0; b < s; ++b) sum += d[(i + a) * cols + j + b] * g[a * s + b];
      CHECK(y[i * q + j] == sum);
    }
}

}  // namespace

TEST_CASE("operations of F(2,3) in one and two dimensions", "[transform]") {
  const CookToom f = cook_toom(2, 3);
  CHECK(counts(f.data) == Counts{4, 0, 0, 0});
  CHECK(counts(f.filter) == Counts{4, 0, 2, 0});
  CHECK(counts(f.inverse) == Counts{4, 0, 0, 0});
  CHECK(square_counts(f.data) == Counts{32, 0, 0, 0});
  CHECK(square_counts(f.filter) == Counts{28, 0, 14, 0});
  CHECK(square_counts(f.inverse) == Counts{24, 0, 0, 0});

  const IntegerCookToom scaled = integer_cook_toom(f);
  const auto integer = [](const RationalMatrix& matrix, int64_t divisor) {
    return tally(linear_program(matrix, matrix, options_of(LaneNumber::int32, false, divisor)));
  };
  CHECK(integer(scaled.matrices.data, 1) == Counts{32, 0, 0, 0});
  // 3 columns and 4 rows of 4 adds and the doubled first and last tap.
  CHECK(integer(scaled.matrices.filter, 1) == Counts{28, 0, 14, 0});
  // Four outputs are quartered.
  CHECK(integer(scaled.matrices.inverse, 4) == Counts{24, 0, 4, 0});
}

TEST_CASE("operations of F(4,3)", "[transform]") {
  const CookToom f = cook_toom(4, 3);
  // Rows (4 0 -5 0 1 0) and (0 4 0 -5 0 1): 2 adds, a shift, a multiply; two of (4 4 -1 -1): 3 adds, 2 shifts
  // (or a quarter each and one of the sum, which is more); two of (2 1 -2 -1): 3 adds, 2 shifts.
  CHECK(counts(f.data) == Counts{16, 2, 10, 0});
  // 1/4: a shift; twice 1/6 of a sum; twice 1/24 of (1 2 4).
  CHECK(counts(f.filter) == Counts{8, 4, 5, 0});
  // (1 1 1 1 1), (1 -1 2 -2), (1 1 4 4), (1 -1 8 -8 1).
  CHECK(counts(f.inverse) == Counts{14, 0, 6, 0});
  // In two dimensions: 6 + 6 data passes, 3 + 6 of the filter, 6 + 4 inverse.
  CHECK(square_counts(f.data) == Counts{12 * 16, 12 * 2, 12 * 10, 0});
  CHECK(square_counts(f.filter) == Counts{9 * 8, 9 * 4, 9 * 5, 0});
  CHECK(square_counts(f.inverse) == Counts{10 * 14, 0, 10 * 6, 0});
  // 36 outputs are divided by 576, which is no power of two.
  const IntegerCookToom scaled = integer_cook_toom(f);
  const auto inverse = linear_program(scaled.matrices.inverse, scaled.matrices.inverse,
                                      options_of(LaneNumber::int32, false, 24 * 24));
  CHECK(tally(inverse) == Counts{140, 0, 60, 16});
}

TEST_CASE("shared sums: fewer additions, never more of anything", "[transform]") {
  const CookToom f = cook_toom(4, 3);
  // u = 4 x1 - x3, v = 4 x2 - x4, u + v, v - u; 2 (x1 - x3), x2 - x4, and their sum and difference.
  CHECK(counts(f.data, true)[0] == 12);
  // (x0 + x2) +- x1 and (x0 + 4 x2) +- 2 x1.
  CHECK(counts(f.filter, true)[0] == 6);
  // x1 + x2, x3 + x4, x1 - x2, x3 - x4, then 2 + 1 + 1 + 2.
  CHECK(counts(f.inverse, true)[0] == 10);
  for_all_filters([&](const CookToom& filter, const IntegerCookToom&) {
    for (const RationalMatrix* matrix : {&filter.data, &filter.filter, &filter.inverse}) {
      const Counts apart = square_counts(*matrix), shared = square_counts(*matrix, true);
      CHECK(shared[0] <= apart[0]);
      CHECK(shared[0] + shared[1] <= apart[0] + apart[1]);
      CHECK(shared[1] <= apart[1]);
      CHECK(shared[3] == 0);
      CHECK(apart[3] == 0);
    }
    if (filter.tile() >= 6) CHECK(square_counts(filter.data, true)[0] < square_counts(filter.data)[0]);
  });
}

TEST_CASE("programs compute what their matrices say", "[transform]") {
  std::mt19937 random(3);
  for_all_filters([&](const CookToom& exact, const IntegerCookToom& scaled) {
    for (const auto member : {&CookToom::data, &CookToom::filter, &CookToom::inverse}) {
      for (bool cse : {false, true}) {
        const RationalMatrix &whole_matrix = scaled.matrices.*member, &matrix = exact.*member;
        const auto x = random_integers(random, matrix.cols * matrix.cols, 100);
        CHECK(interpret(linear_program(whole_matrix, whole_matrix, options_of(LaneNumber::int32, cse)), x) ==
              plain_transform(whole_matrix, whole_matrix, x, whole));

        const std::vector<double> real(x.begin(), x.end());
        const auto expected =
            plain_transform(matrix, matrix, real, [](const Rational& a) { return a.value(); });
        const LaneProgram program = linear_program(matrix, matrix, options_of(LaneNumber::fp32, cse));
        const auto y = interpret(program, real);
        std::vector<double> magnitudes;
        for (double one : real) magnitudes.push_back(std::fabs(one));
        const auto absolute = interpret_absolute(program, magnitudes);
        // Steps are as good as exact; only the constants were rounded.
        for (size_t i = 0; i < y.size(); ++i)
          CHECK(std::fabs(y[i] - expected[i]) <= depth(program) * 0x1.1p-24 * absolute[i]);
      }
    }
  });
}

TEST_CASE("fp32 transforms err no more than their depth allows", "[transform]") {
  std::mt19937 random(6);
  for_all_filters([&](const CookToom& exact, const IntegerCookToom&) {
    for (const auto member : {&CookToom::data, &CookToom::filter, &CookToom::inverse}) {
      const RationalMatrix& matrix = exact.*member;
      const LaneProgram program = linear_program(matrix, matrix, options_of(LaneNumber::fp32));
      const auto integers = random_integers(random, matrix.cols * matrix.cols, 1 << 23);
      const std::vector<float> x(integers.begin(), integers.end());
      const std::vector<double> real(x.begin(), x.end());
      std::vector<double> magnitudes;
      for (double one : real) magnitudes.push_back(std::fabs(one));
      const auto expected =
          plain_transform(matrix, matrix, real, [](const Rational& a) { return a.value(); });
      const auto y = interpret(program, x);
      const auto absolute = interpret_absolute(program, magnitudes);
      const double roundings = depth(program) * 0x1p-24, gamma = roundings / (1 - roundings);
      double worst = 0;
      for (size_t i = 0; i < y.size(); ++i) {
        CHECK(std::fabs(y[i] - expected[i]) <= gamma * absolute[i]);
        worst = std::max(worst, std::fabs(y[i] - expected[i]));
      }
      if (matrix.cols >= 6 && matrix.rows >= 6) CHECK(worst > 0);
    }
  });
}

TEST_CASE("integer transforms give exact correlations in one and two dimensions", "[transform]") {
  std::mt19937 random(4);
  for_all_filters([&](const CookToom&, const IntegerCookToom& scaled) {
    for (bool cse : {false, true}) {
      check_convolution(scaled, true, false, cse, random);
      check_convolution(scaled, false, true, cse, random);
      check_convolution(scaled, true, true, cse, random);
    }
  });
}

TEST_CASE("few registers: inputs and outputs share them", "[transform]") {
  const CookToom f = cook_toom(2, 3);
  const auto registers = [](const RationalMatrix& matrix) {
    return linear_program(matrix, matrix, options_of(LaneNumber::fp32)).registers;
  };
  // x1 + x2 needs a place while x1 and x2 are read again; all else takes the place of what dies.
  CHECK(registers(f.data) == 17);
  CHECK(registers(f.filter) == 16);
  CHECK(registers(f.inverse) == 16);
  for_all_filters([&](const CookToom& filter, const IntegerCookToom&) {
    for (const RationalMatrix* matrix : {&filter.data, &filter.filter, &filter.inverse}) {
      const uint32_t larger = std::max(matrix->rows, matrix->cols);
      for (bool cse : {false, true})
        CHECK(linear_program(*matrix, *matrix, options_of(LaneNumber::fp32, cse)).registers <=
              larger * larger + 2 * larger);
    }
  });
}

TEST_CASE("what lanes cannot hold is refused", "[transform]") {
  RationalMatrix matrix(1, 2);
  CHECK_THROWS_AS(linear_program(matrix, {}), std::invalid_argument);
  matrix.entries = {Rational(1, 2), 1};
  CHECK_THROWS_AS(linear_program(matrix, options_of(LaneNumber::int32)), std::range_error);
  matrix.entries = {(1 << 24) + 1, 1};
  CHECK_THROWS_AS(linear_program(matrix, options_of(LaneNumber::int32)), std::range_error);
  matrix.entries = {1, 1};
  CHECK_THROWS_AS(linear_program(matrix, options_of(LaneNumber::int32, false, 0)), std::range_error);
}
