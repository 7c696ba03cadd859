#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <stdexcept>

#include "fft_case.h"
#include "sim/lowering/transform/fft_program.h"
#include "sim/lowering/transform/root_of_unity.h"

using namespace systole;
using namespace systole::test;

namespace {

const std::vector<uint32_t> kSizes = {2,  3,  4,  5,  6,  8,  9,   10,  12,  15,  16,  18,  20,  24,  25, 27,
                                      30, 32, 45, 60, 64, 81, 120, 125, 128, 135, 225, 240, 243, 250, 256};

std::vector<Complex> complex_of(const Values& values, size_t stride) {
  std::vector<Complex> z;
  for (size_t i = 0; i < values.size(); i += stride) {
    z.emplace_back(values[i].value, stride == 2 ? values[i + 1].value : 0);
  }
  return z;
}

Values cut(const Values& values, size_t first, size_t count) {
  return Values(values.begin() + first, values.begin() + first + count);
}

bool all_agree(const Values& got, const std::vector<Complex>& exact) {
  for (size_t i = 0; i < exact.size(); ++i) {
    if (!agrees(got.at(2 * i), exact[i].real()) || !agrees(got.at(2 * i + 1), exact[i].imag())) return false;
  }
  return got.size() == 2 * exact.size();
}

/// The relative error in the 2-norm.
double relative_error(const Values& got, const std::vector<Complex>& exact) {
  double error = 0, size = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    error += std::norm(Complex(got[2 * i].value, got[2 * i + 1].value) - exact[i]);
    size += std::norm(exact[i]);
  }
  return std::sqrt(error / size);
}

}  // namespace

TEST_CASE("Roots of unity are rounded correctly and mirror exactly", "[fft]") {
  for (int n = 1; n <= 256; ++n) {
    for (int k = 0; k < n; ++k) {
      const UnitRoot w = unit_root(k, n), mirrored = unit_root(-k, n), opposite = unit_root(2 * k + n, 2 * n);
      const long double angle = 2 * 3.14159265358979323846264338327950288L * k / n;
      CAPTURE(n, k);
      const bool quarter = 4 * k % n == 0;  // where the library's pi leaves something of a zero
      REQUIRE((quarter ? w.re == std::nearbyint(w.re) : w.re == static_cast<float>(std::cos(angle))));
      REQUIRE((quarter ? w.im == std::nearbyint(w.im) : w.im == static_cast<float>(-std::sin(angle))));
      REQUIRE((mirrored.re == w.re && mirrored.im == -w.im));
      REQUIRE((opposite.re == -w.re && opposite.im == -w.im));
    }
  }
}

TEST_CASE("Transforms agree with the plain sum and undo each other", "[fft]") {
  for (const uint32_t n : kSizes) {
    CAPTURE(n);
    const FftWindow all{0, n};
    const Values reals = random_values(n, n), pairs = random_values(2 * n, n + 1);
    const std::vector<Complex> spectrum = plain_dft(complex_of(reals, 1), -1);

    const Values full = run_program(real_fft_program(n, all, FftBins::full), reals);
    CHECK(all_agree(full, spectrum));
    const Values half = run_program(real_fft_program(n, all, FftBins::half), reals);
    CHECK(all_agree(half, {spectrum.begin(), spectrum.begin() + n / 2 + 1}));
    const Values packed = run_program(real_fft_program(n, all, FftBins::packed), reals);
    REQUIRE(packed.size() == n);
    for (uint32_t k = 0; k <= n / 2; ++k) CHECK(packed[k].value == half[2 * k].value);
    for (uint32_t k = 1; 2 * k < n; ++k) CHECK(packed[n / 2 + k].value == half[2 * k + 1].value);

    const Values bins = run_program(complex_fft_program(n, all), pairs);
    CHECK(all_agree(bins, plain_dft(complex_of(pairs, 2), -1)));
    const LaneProgram inverse = inverse_complex_fft_program(n, all, n);
    CHECK(all_agree(run_program(inverse, bins), complex_of(pairs, 2)));
    CHECK(all_agree(run_program(inverse_complex_fft_program(n, all, 1), pairs),
                    plain_dft(complex_of(pairs, 2), 1)));

    for (const auto& [form, from] :
         {std::pair{FftBins::full, full}, {FftBins::half, half}, {FftBins::packed, packed}}) {
      const Values back = run_program(inverse_real_fft_program(n, all, form, n), from);
      const Values times_n = run_program(inverse_real_fft_program(n, all, form, 1), from);
      for (uint32_t j = 0; j < n; ++j) {
        REQUIRE(agrees(back.at(j), reals[j].value));
        REQUIRE(agrees(times_n.at(j), 1.0 * n * reals[j].value));
      }
    }
  }
}

// Higham, Accuracy and Stability of Numerical Algorithms, theorem 24.2: log2 n levels, each a rounded
// constant, a complex product and a sum. The split radix has no path with more of them.
TEST_CASE("The 2-norm's error stays within log2 n times a level's", "[fft]") {
  const double u = kUnitRoundoff, gamma4 = 4 * u / (1 - 4 * u), level = u + gamma4 * (std::sqrt(2.0) + u);
  for (uint32_t n = 4, levels = 2; n <= 256; n *= 2, ++levels) {
    const Values x = random_values(2 * n, 7);
    const Values bins = run_program(complex_fft_program(n, {0, n}), x);
    const double error = relative_error(bins, plain_dft(complex_of(x, 2), -1));
    CAPTURE(n, error / u);
    CHECK(error <= levels * level);
    CHECK(error > 0);
  }
}

TEST_CASE("Known zeros and unwanted outputs change no value and cost nothing", "[fft]") {
  for (const uint32_t n : {4U, 8U, 12U, 16U, 30U, 64U}) {
    for (const FftWindow window : {FftWindow{0, 1}, {0, 3}, {1, 2}, {n - 1, 1}, {n / 4, n / 2}}) {
      CAPTURE(n, window.first, window.count);
      Values x(2 * n, Bounded{0, 0});
      const Values some = random_values(2 * window.count, n);
      std::copy(some.begin(), some.end(), x.begin() + 2 * window.first);

      const LaneProgram all = complex_fft_program(n, {0, n}), few = complex_fft_program(n, window);
      CHECK(few.inputs == 2 * window.count);
      CHECK(few.counts().adds < all.counts().adds);
      const Values expected = run_program(all, x), got = run_program(few, some);
      for (size_t i = 0; i < expected.size(); ++i) REQUIRE(got[i].value == expected[i].value);

      const LaneProgram back = inverse_real_fft_program(n, {0, n}, FftBins::packed, n);
      const LaneProgram part = inverse_real_fft_program(n, window, FftBins::packed, n);
      CHECK(part.counts().adds < back.counts().adds);
      const Values bins = random_values(n, n + 1);
      const Values whole = cut(run_program(back, bins), window.first, window.count),
                   partial = run_program(part, bins);
      for (size_t i = 0; i < whole.size(); ++i) REQUIRE(partial.at(i).value == whole[i].value);
    }
  }
}

TEST_CASE("The machine's lanes do what the interpreter does", "[fft]") {
  const LaneProgram program = real_fft_program(24, {2, 20}, FftBins::half);
  constexpr uint32_t kLanes = 3;
  std::vector<uint32_t> registers(program.registers * kLanes);
  for (uint32_t lane = 0; lane < kLanes; ++lane) {
    const Values x = random_values(20, lane);
    for (uint32_t i = 0; i < 20; ++i) std::memcpy(&registers[i * kLanes + lane], &x[i].value, 4);
  }
  run_lanes(program, registers.data(), kLanes);
  for (uint32_t lane = 0; lane < kLanes; ++lane) {
    const Values expected = run_program(program, random_values(20, lane));
    for (size_t i = 0; i < expected.size(); ++i) {
      float got = 0;
      std::memcpy(&got, &registers[program.outputs[i] * kLanes + lane], 4);
      REQUIRE(got == expected[i].value);
    }
  }
}

TEST_CASE("Sizes and windows that no transform has are refused", "[fft]") {
  for (const uint32_t n : {0U, 1U, 7U, 14U, 224U}) {
    CHECK_THROWS_AS(complex_fft_program(n, {0, 1}), std::invalid_argument);
    CHECK_THROWS_AS(tile_fft_program({n, {0, 1}, {0, 1}}), std::invalid_argument);
  }
  for (const FftWindow window : {FftWindow{0, 0}, {0, 9}, {8, 1}, {7, 2}}) {
    CHECK_THROWS_AS(real_fft_program(8, window, FftBins::half), std::invalid_argument);
    CHECK_THROWS_AS(inverse_tile_fft_program({8, {0, 8}, window}), std::invalid_argument);
  }
  CHECK_THROWS_AS(tile_fft_program({8, {0, 8}, {0, 8}, BinForm::gauss_product}), std::invalid_argument);
  CHECK_THROWS_AS(inverse_tile_fft_program({8, {0, 8}, {0, 8}, BinForm::gauss_input}), std::invalid_argument);
}
