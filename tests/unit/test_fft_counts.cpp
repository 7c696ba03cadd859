#include <catch2/catch.hpp>

#include "sim/lowering/transform/fft_program.h"

using namespace systole;

namespace {

struct Counts {
  uint64_t multiplies, adds, shifts, other;
};

bool operator==(const LaneCounts& got, const Counts& want) {
  return got.multiplies == want.multiplies && got.adds == want.adds && got.shifts == want.shifts &&
         got.other == want.other;
}
std::ostream& operator<<(std::ostream& out, const Counts& c) {
  return out << c.multiplies << " * " << c.adds << " + " << c.shifts << " << " << c.other << " other";
}

LaneCounts real(uint32_t n) { return real_fft_program(n, {0, n}, FftBins::packed).counts(); }
LaneCounts inverse_real(uint32_t n) {
  return inverse_real_fft_program(n, {0, n}, FftBins::packed, 1).counts();
}
LaneCounts complex(uint32_t n) { return complex_fft_program(n, {0, n}).counts(); }

}  // namespace

TEST_CASE("Operations of small transforms, by hand", "[fft]") {
  // 4 reals: x0 +- x2, x1 + x3 and the two sums' sum and difference are bins 0 and 2; x0 - x2 and x3 - x1 are
  // bin 1: 2 + 2 + 2 additions. 4 complex numbers: 8 complex additions.
  CHECK(real(4) == Counts{0, 6, 0, 0});
  CHECK(complex(4) == Counts{0, 16, 0, 0});
  // 8 reals: 4 even ones (6); odd ones in two pairs (2 + 2), of which the sums give bins 0, 4 (2 + 2) and 2
  // (none), the differences, times sqrt(1/2) (2 multiplies), their sum and difference (2) and with these bins
  // 1 and 3 (4).
  CHECK(real(8) == Counts{2, 20, 0, 0});
  // 8 complex: 4 (16), two pairs (4 + 4), bins 0, 2, 4, 6 (4 + 8), bins 1, 3, 5, 7: two products with
  // sqrt(1/2)(1 +- i) (2 * 2 multiplies and additions), then as before (4 + 8).
  CHECK(complex(8) == Counts{4, 52, 0, 0});
  // 3 reals: x1 +- x2, x0 + sum, x0 - sum/2, sqrt(3/4) difference. 5: 4 sums and differences, S and D of the
  // sums, bin 0, x0 - S/4, sqrt(5)/4 D, two more sums; 4 multiplies and 2 sums of the differences.
  CHECK(real(3) == Counts{1, 4, 1, 0});
  CHECK(real(5) == Counts{5, 12, 1, 0});

  // Back from 4: X0 +- X2, X1 doubled (2 shifts), 4 sums. Back from 8: bins 0, 2, 4 as from 4; X1 + X3 and X1
  // - X3, of either part (4), the sums doubled (2), the differences' sum and difference (2) times sqrt(2) (2
  // multiplies); 8 sums.
  CHECK(inverse_real(4) == Counts{0, 6, 2, 0});
  CHECK(inverse_real(8) == Counts{2, 20, 4, 0});
  // Divided by 4: X0 + X2, X0 - X2 by 1/4, both parts of X1 by 1/2.
  CHECK(inverse_real_fft_program(4, {0, 4}, FftBins::packed, 4).counts() == Counts{0, 6, 4, 0});
  // Its first half: (X0 + X2) / 4 + Re X1 / 2, (X0 - X2) / 4 - Im X1 / 2.
  CHECK(inverse_real_fft_program(4, {0, 2}, FftBins::packed, 4).counts() == Counts{0, 4, 4, 0});
}

TEST_CASE("Operations of zero-completed transforms, by hand", "[fft]") {
  // x0, x1, x2 of 4: x0 +- x2, their sum +- x1; bin 1 is x0 - x2 - i x1: one negation.
  CHECK(real_fft_program(4, {0, 3}, FftBins::packed).counts() == Counts{0, 4, 0, 1});
  // x1, x2: x2 +- x1, and bin 1 is -x2 - i x1.
  CHECK(real_fft_program(4, {1, 2}, FftBins::packed).counts() == Counts{0, 2, 0, 2});
  // x0 alone is every bin; the zero of its imaginary part is one subtraction.
  const LaneProgram alone = real_fft_program(4, {0, 1}, FftBins::packed);
  CHECK(alone.counts() == Counts{0, 1, 0, 0});
  CHECK(alone.outputs == std::vector<uint16_t>{0, 0, 0, 1});
}

TEST_CASE("Operations of larger transforms follow the split radix's formulas", "[fft]") {
  // Yavne 1968: 4 n log2 n - 6 n + 8 real operations for complex numbers, half of that less n - 2 for reals;
  // a twiddle factor is 4 multiplies and 2 additions.
  uint32_t levels = 2;
  for (uint32_t n = 4; n <= 256; n *= 2, ++levels) {
    CAPTURE(n);
    const LaneCounts forward = complex(n), half = real(n), back = inverse_real(n);
    CHECK(forward.multiplies + forward.adds == 4 * n * levels - 6 * n + 8);
    CHECK(half.multiplies + half.adds == 2 * n * levels - 4 * n + 6);
    CHECK(half.multiplies * 2 == forward.multiplies);
    CHECK(back.multiplies == half.multiplies);
    CHECK(back.adds == half.adds);
    CHECK(forward.shifts + half.shifts + forward.other + half.other + back.other == 0);
  }
}

TEST_CASE("Operations of tiles are those of their rows and columns", "[fft]") {
  for (const uint32_t n : {4U, 8U, 16U}) {
    CAPTURE(n);
    const FftWindow all{0, n};
    const LaneProgram program = tile_fft_program({n, all, all});
    CHECK(program.outputs.size() == 2 * n * (n / 2 + 1));  // of n^2 bins
    // n + 2 real transforms and n/2 - 1 complex ones; one subtraction for all zeros. Of columns 0 and n/2,
    // whose bins u > n/2 are conjugates, n/2 - 1 imaginary parts are negated.
    const LaneCounts counts = program.counts(), line = real(n), column = complex(n);
    CHECK(counts.multiplies == (n + 2) * line.multiplies + (n / 2 - 1) * column.multiplies);
    CHECK(counts.adds == (n + 2) * line.adds + (n / 2 - 1) * column.adds + 1);
    CHECK(counts.shifts == 0);
    CHECK(counts.other == n - 2);

    const LaneCounts back = inverse_tile_fft_program({n, all, all, BinForm::complex, true}).counts();
    CHECK(back.multiplies == counts.multiplies);
    CHECK(back.adds == counts.adds - 1);
    CHECK(back.shifts == 2 * inverse_real(n).shifts);  // columns 0 and n/2; the rows' are in the filter
    CHECK(back.other == 0);
  }
  // 3 x 3 of 4 x 4: rows of 3 (4 additions, three times), columns 0 and 2 alike, column 1 of complex numbers
  // twice that and 4 for bins 1 and 3, which are no conjugates; the zero.
  CHECK(tile_fft_program({4, {0, 3}, {0, 3}}).counts().adds == 3 * 4 + 2 * 4 + 2 * 4 + 4 + 1);
}

TEST_CASE("Operations and registers of the sizes in use", "[fft]") {
  struct Row {
    uint32_t n;
    Counts real, inverse, complex;  ///< the inverse undivided
    uint16_t real_registers, inverse_registers, complex_registers;
  };
  const Row rows[] = {
      {2, {0, 2, 0, 0}, {0, 2, 0, 0}, {0, 4, 0, 0}, 3, 3, 5},
      {3, {1, 4, 1, 0}, {1, 4, 1, 0}, {2, 12, 2, 0}, 4, 4, 7},
      {4, {0, 6, 0, 0}, {0, 6, 2, 0}, {0, 16, 0, 0}, 5, 5, 9},
      {5, {5, 12, 1, 0}, {5, 12, 2, 0}, {10, 32, 2, 0}, 7, 7, 12},
      {6, {2, 14, 2, 0}, {2, 14, 2, 0}, {4, 36, 4, 0}, 7, 7, 13},
      {8, {2, 20, 0, 0}, {2, 20, 4, 0}, {4, 52, 0, 0}, 9, 9, 17},
      {9, {14, 32, 6, 0}, {14, 32, 6, 0}, {28, 80, 12, 0}, 11, 11, 20},
      {10, {10, 34, 2, 0}, {10, 34, 4, 0}, {20, 84, 4, 0}, 12, 12, 22},
      {12, {4, 38, 4, 0}, {4, 38, 6, 0}, {8, 96, 8, 0}, 13, 14, 25},
      {15, {20, 64, 8, 0}, {20, 64, 9, 0}, {40, 156, 16, 0}, 17, 17, 32},
      {16, {12, 58, 0, 0}, {12, 58, 6, 0}, {24, 144, 0, 0}, 18, 18, 34},
      {20, {20, 86, 4, 0}, {20, 86, 10, 0}, {40, 208, 8, 0}, 22, 22, 42},
      {24, {14, 104, 8, 0}, {14, 104, 12, 0}, {28, 252, 16, 0}, 25, 26, 49},
      {30, {40, 158, 16, 0}, {40, 158, 18, 0}, {80, 372, 32, 0}, 32, 32, 62},
      {32, {42, 156, 0, 0}, {42, 156, 12, 0}, {84, 372, 0, 0}, 34, 34, 66},
      {60, {80, 374, 32, 0}, {80, 374, 42, 0}, {160, 864, 64, 0}, 62, 62, 122},
      {64, {124, 394, 0, 0}, {124, 394, 22, 0}, {248, 912, 0, 0}, 66, 66, 130},
      {120, {190, 896, 64, 0}, {190, 896, 88, 0}, {380, 2028, 128, 0}, 122, 122, 242},
      {128, {330, 956, 0, 0}, {330, 956, 44, 0}, {660, 2164, 0, 0}, 130, 130, 258},
      {240, {500, 2090, 128, 0}, {500, 2090, 178, 0}, {1000, 4656, 256, 0}, 243, 243, 483},
      {256, {828, 2250, 0, 0}, {828, 2250, 86, 0}, {1656, 5008, 0, 0}, 258, 258, 514},
  };
  for (const Row& row : rows) {
    const FftWindow all{0, row.n};
    CAPTURE(row.n);
    CHECK(real(row.n) == row.real);
    CHECK(inverse_real(row.n) == row.inverse);
    CHECK(complex(row.n) == row.complex);
    CHECK(real_fft_program(row.n, all, FftBins::packed).registers == row.real_registers);
    CHECK(inverse_real_fft_program(row.n, all, FftBins::packed, 1).registers == row.inverse_registers);
    CHECK(complex_fft_program(row.n, all).registers == row.complex_registers);
  }
}

TEST_CASE("Registers of tiles", "[fft]") {
  struct Row {
    uint32_t n, forward, inverse;  ///< the inverse reads 2 n (n/2 + 1) parts
  };
  for (const Row& row : {Row{4, 19, 24}, {8, 71, 80}, {16, 271, 288}}) {
    const FftWindow all{0, row.n};
    CHECK(tile_fft_program({row.n, all, all}).registers == row.forward);
    CHECK(inverse_tile_fft_program({row.n, all, all}).registers == row.inverse);
  }
}
