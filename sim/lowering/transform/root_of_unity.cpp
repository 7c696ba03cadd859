#include "sim/lowering/transform/root_of_unity.h"

#include <cmath>
#include <utility>

namespace systole {
namespace {

constexpr double kPi = 3.141592653589793;

/// 1 - x^2/(d (d+1)) (1 - x^2/((d+2)(d+3)) (...)): cos x for d = 1, sin x / x for d = 2. Ten factors leave
/// less than 2^-70 at pi/4.
double series(double x, int d) {
  double sum = 1;
  for (int i = d + 18; i >= d; i -= 2) sum = 1 - x * x / (i * (i + 1)) * sum;
  return sum;
}

}  // namespace

UnitRoot unit_root(int64_t k, int64_t n) {
  k = (k % n + n) % n;
  const bool lower = 2 * k > n;  // the sine's sign
  if (lower) k = n - k;
  const bool left = 4 * k > n;                   // the cosine's sign
  int64_t numerator = left ? n - 2 * k : 2 * k;  // the angle is pi * numerator / n, in [0, pi/2]
  const bool steep = 4 * numerator > n;
  if (steep) numerator = n - 2 * numerator;  // of pi / (2 n)
  const double angle = kPi * static_cast<double>(numerator) / static_cast<double>(steep ? 2 * n : n);
  double re = series(angle, 1), im = angle * series(angle, 2);
  if (4 * numerator == n && !steep) re = im = std::sqrt(0.5);
  if (steep) std::swap(re, im);
  return {static_cast<float>(left ? -re : re), static_cast<float>(lower ? im : -im)};
}

}  // namespace systole
