#pragma once
// What the tests of the Fourier transforms' programs share: numbers that carry a bound on their own rounding
// error, a plain interpreter of lane programs on them, and plain transforms in double.
#include <cmath>
#include <complex>
#include <vector>

#include "models/lane_program.h"

namespace systole::test {

inline constexpr double kUnitRoundoff = 0x1p-24;

/// An fp32 value and a bound on its distance from the exact one (Wilkinson's running error analysis).
struct Bounded {
  float value = NAN;
  double error = 0;
};

inline Bounded rounded(float value, double error) {
  return {value, error + kUnitRoundoff * std::fabs(value)};
}
inline Bounded operator+(Bounded a, Bounded b) { return rounded(a.value + b.value, a.error + b.error); }
inline Bounded operator-(Bounded a, Bounded b) { return rounded(a.value - b.value, a.error + b.error); }
inline Bounded operator*(Bounded a, Bounded b) {
  const double error = std::fabs(a.value) * b.error + std::fabs(b.value) * a.error + a.error * b.error;
  return rounded(a.value * b.value, error);
}

using Values = std::vector<Bounded>;
using Complex = std::complex<double>;

/// Constants of `multiply` are taken as rounded once to fp32. Registers start as NaN.
Values run_program(const LaneProgram& program, const Values& inputs);

/// Reals of -1...1 from a fixed sequence.
Values random_values(size_t count, uint32_t seed);

/// sum_j x[j] exp(sign 2 pi i j k / n).
std::vector<Complex> plain_dft(const std::vector<Complex>& x, int sign);

/// Whether the value lies within its own bound of the exact one (computed in double to within 1e-13).
inline bool agrees(Bounded got, double exact) { return std::fabs(got.value - exact) <= got.error + 1e-13; }

}  // namespace systole::test
