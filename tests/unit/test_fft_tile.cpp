#include <algorithm>
#include <catch2/catch.hpp>

#include "fft_case.h"
#include "sim/lowering/transform/fft_program.h"

using namespace systole;
using namespace systole::test;

namespace {

struct Case {
  uint32_t n, r, s;      ///< the tile, the filter's rows and columns
  FftWindow rows, cols;  ///< of the tile, what exists
};

/// sum x[i - r][j - s] f[r][s], indices modulo n.
double circular(const Case& c, const Values& x, const Values& filter, uint32_t i, uint32_t j) {
  double sum = 0;
  for (uint32_t r = 0; r < c.r; ++r) {
    for (uint32_t s = 0; s < c.s; ++s) {
      const uint32_t row = (i + c.n - r) % c.n - c.rows.first, col = (j + c.n - s) % c.n - c.cols.first;
      if (row >= c.rows.count || col >= c.cols.count) continue;
      sum += double{x[row * c.cols.count + col].value} * filter[r * c.s + s].value;
    }
  }
  return sum;
}

BinForm input_form(BinForm filter) {
  if (filter == BinForm::split_filter) return BinForm::split_input;
  if (filter == BinForm::gauss_filter) return BinForm::gauss_input;
  return filter == BinForm::standard_filter ? BinForm::standard_input : BinForm::complex;
}

/// The products of all bins, in the form that the inverse takes. Bins an inverse must not read become NaN.
Values multiply_bins(uint32_t n, BinForm form, const Values& x, const Values& w) {
  Values products;
  const uint32_t of_x = bin_parts(input_form(form));
  const uint32_t of_w = bin_parts(form);
  for (uint32_t u = 0, bin = 0; u < n; ++u) {
    for (uint32_t v = 0; v <= n / 2; ++v, ++bin) {
      const Bounded *a = &x.at(bin * of_x), *c = &w.at(bin * of_w);
      const size_t before = products.size();
      if (form == BinForm::gauss_filter || form == BinForm::split_filter) {
        for (uint32_t i = 0; i < of_w; ++i) products.push_back(a[i] * c[i]);
      } else if (form == BinForm::standard_filter) {
        for (uint32_t i = 0; i < 2; ++i) products.push_back(a[i] * c[0] + a[i + 1] * c[1]);
      } else {
        const Bounded minus_d{-c[1].value, c[1].error};
        products.push_back(a[0] * c[0] + a[1] * minus_d);
        products.push_back(a[0] * c[1] + a[1] * c[0]);
      }
      const bool real_column = v == 0 || 2 * v == n;
      if (real_column && 2 * u > n) std::fill(products.begin() + before, products.end(), Bounded{});
    }
  }
  return products;
}

}  // namespace

TEST_CASE("Products of tiles' spectra are circular convolutions", "[fft]") {
  const Case cases[] = {{4, 3, 3, {0, 4}, {0, 4}},    {8, 3, 3, {0, 8}, {0, 8}},
                        {8, 5, 1, {1, 6}, {0, 8}},    {8, 2, 7, {0, 3}, {3, 5}},
                        {16, 5, 5, {0, 16}, {0, 16}}, {16, 11, 11, {2, 14}, {0, 13}},
                        {12, 3, 3, {0, 12}, {1, 11}}, {5, 3, 3, {0, 5}, {0, 5}}};
  for (const Case& c : cases) {
    for (const BinForm form :
         {BinForm::complex, BinForm::standard_filter, BinForm::gauss_filter, BinForm::split_filter}) {
      for (const bool folded : {false, true}) {
        CAPTURE(c.n, c.r, c.s, static_cast<int>(form), folded);
        const Values x = random_values(c.rows.count * c.cols.count, 1), filter = random_values(c.r * c.s, 2);
        const Values a = run_program(tile_fft_program({c.n, c.rows, c.cols, input_form(form)}), x);
        const Values b = run_program(tile_fft_program({c.n, {0, c.r}, {0, c.s}, form, folded}), filter);
        REQUIRE(a.size() == c.n * (c.n / 2 + 1) * bin_parts(input_form(form)));
        // What overlap-save keeps.
        const FftWindow rows{c.r - 1, c.n - c.r + 1}, cols{c.s - 1, c.n - c.s + 1};
        const BinForm product_form = form == BinForm::gauss_filter   ? BinForm::gauss_product
                                     : form == BinForm::split_filter ? BinForm::split_product
                                                                     : BinForm::complex;
        const LaneProgram inverse = inverse_tile_fft_program({c.n, rows, cols, product_form, folded});
        const Values y = run_program(inverse, multiply_bins(c.n, form, a, b));
        REQUIRE(y.size() == rows.count * cols.count);
        for (uint32_t i = 0; i < y.size(); ++i) {
          const uint32_t row = rows.first + i / cols.count, col = cols.first + i % cols.count;
          REQUIRE(agrees(y[i], circular(c, x, filter, row, col)));
        }
      }
    }
  }
}

TEST_CASE("A tile's bins are those of the plain two-dimensional sum", "[fft]") {
  for (const uint32_t n : {3U, 4U, 8U, 16U}) {
    const Values x = random_values(n * n, n);
    const Values bins = run_program(tile_fft_program({n, {0, n}, {0, n}}), x);
    REQUIRE(bins.size() == 2 * n * (n / 2 + 1));
    std::vector<std::vector<Complex>> rows;
    for (uint32_t i = 0; i < n; ++i) {
      std::vector<Complex> row;
      for (uint32_t j = 0; j < n; ++j) row.emplace_back(x[i * n + j].value);
      rows.push_back(plain_dft(row, -1));
    }
    for (uint32_t v = 0; v <= n / 2; ++v) {
      std::vector<Complex> column;
      for (const auto& row : rows) column.push_back(row[v]);
      column = plain_dft(column, -1);
      for (uint32_t u = 0; u < n; ++u) {
        const size_t at = 2 * (u * (n / 2 + 1) + v);
        REQUIRE((agrees(bins[at], column[u].real()) && agrees(bins[at + 1], column[u].imag())));
      }
    }
    const Values back = run_program(inverse_tile_fft_program({n, {0, n}, {0, n}}), bins);
    for (size_t i = 0; i < x.size(); ++i) REQUIRE(agrees(back[i], x[i].value));
  }
}

TEST_CASE("Gauss: 3 multiplies and 5 additions a product", "[fft]") {
  const LaneProgram input = bin_program(BinForm::gauss_input), filter = bin_program(BinForm::gauss_filter);
  const LaneProgram output = bin_program(BinForm::gauss_product);
  CHECK(input.counts().adds == 1);
  CHECK(filter.counts().adds == 2);
  CHECK(output.counts().adds == 2);
  for (const LaneProgram* p : {&input, &filter, &output}) CHECK(p->steps.size() == p->counts().adds);
  // (2 + 3i)(5 + 7i) = -11 + 29i
  const Values a = run_program(input, {{2}, {3}}), c = run_program(filter, {{5}, {7}});
  CHECK((a[0].value == 5 && a[1].value == 2 && a[2].value == 3));
  CHECK((c[0].value == 5 && c[1].value == 2 && c[2].value == 12));
  const Values z = run_program(output, {c[0] * a[0], c[1] * a[1], c[2] * a[2]});
  CHECK((z[0].value == -11 && z[1].value == 29));
}

TEST_CASE("The four-multiply form is a filter of two taps that slides over three values", "[fft]") {
  const LaneProgram input = bin_program(BinForm::standard_input),
                    filter = bin_program(BinForm::standard_filter);
  CHECK(input.counts().other == 1);
  CHECK(input.steps.size() == 1);
  CHECK(filter.steps.empty());
  // (2 + 3i)(5 + 7i) = -11 + 29i
  const Values x = run_program(input, {{2}, {3}}), w = run_program(filter, {{5}, {7}});
  CHECK((x[0].value == -3 && x[1].value == 2 && x[2].value == 3));
  CHECK((w[0].value == 7 && w[1].value == 5));
  CHECK((x[0] * w[0] + x[1] * w[1]).value == -11);
  CHECK((x[1] * w[0] + x[2] * w[1]).value == 29);
  CHECK(bin_program(BinForm::complex).steps.empty());
}

TEST_CASE("Lines are tiles of one row", "[fft]") {
  for (const uint32_t n : {3U, 4U, 8U, 12U}) {
    CAPTURE(n);
    TileFft line{n, {0, 1}, {0, n}};
    line.line = true;
    const Values x = random_values(n, n);
    const LaneProgram program = tile_fft_program(line), half = real_fft_program(n, {0, n}, FftBins::half);
    CHECK(program.counts().adds == half.counts().adds);
    const Values bins = run_program(program, x), expected = run_program(half, x);
    REQUIRE(bins.size() == 2 * (n / 2 + 1));
    for (size_t i = 0; i < bins.size(); ++i) REQUIRE(bins[i].value == expected[i].value);
    const Values back = run_program(inverse_tile_fft_program(line), bins);
    for (uint32_t i = 0; i < n; ++i) REQUIRE(agrees(back[i], x[i].value));
  }
  TileFft tall{8, {0, 2}, {0, 8}};
  tall.line = true;
  CHECK_THROWS_AS(tile_fft_program(tall), std::invalid_argument);
}

TEST_CASE("Inputs can come in reverse order, alone or in pairs", "[fft]") {
  const Values x = random_values(6, 1);
  for (const uint32_t together : {1U, 2U}) {
    Values reversed;
    for (uint32_t i = 0; i < 6; i += together)
      for (uint32_t j = 0; j < together; ++j) reversed.push_back(x[6 - together - i + j]);
    const LaneProgram program =
        together == 1 ? real_fft_program(8, {0, 6}, FftBins::half) : complex_fft_program(4, {0, 3});
    const Values expected = run_program(program, x),
                 got = run_program(with_reversed_inputs(program, together), reversed);
    for (size_t i = 0; i < expected.size(); ++i) REQUIRE(got.at(i).value == expected[i].value);
  }
}
