#include "sim/lowering/transform/dft.h"

#include <cmath>
#include <utility>

#include "sim/lowering/transform/root_of_unity.h"

namespace systole {
namespace {

using Signal = std::vector<ComplexTerm>;

uint32_t prime_power_of(uint32_t n, uint32_t prime) {
  uint32_t power = 1;
  for (; n % prime == 0; n /= prime) power *= prime;
  return power;
}

struct Arithmetic {
  LaneGraph& graph;

  ComplexTerm add(ComplexTerm x, ComplexTerm y) { return {graph.add(x.re, y.re), graph.add(x.im, y.im)}; }
  ComplexTerm subtract(ComplexTerm x, ComplexTerm y) {
    return {graph.subtract(x.re, y.re), graph.subtract(x.im, y.im)};
  }
  ComplexTerm scale(ComplexTerm x, float by) { return {graph.scale(x.re, by), graph.scale(x.im, by)}; }
  static ComplexTerm times_i(ComplexTerm x) { return {-x.im, x.re}; }

  /// x exp(-2 pi i k / n).
  ComplexTerm turn(ComplexTerm x, int64_t k, int64_t n) {
    const UnitRoot w = unit_root(k, n);
    if (std::fabs(w.re) == std::fabs(w.im)) {
      // Sums before products: two multiplies instead of four.
      const float c = std::fabs(w.re);
      const LaneTerm a = w.re < 0 ? -x.re : x.re, b = w.re < 0 ? -x.im : x.im;
      const bool same = (w.re < 0) == (w.im < 0);
      const ComplexTerm sums = same ? ComplexTerm{graph.subtract(a, b), graph.add(a, b)}
                                    : ComplexTerm{graph.add(a, b), graph.subtract(b, a)};
      return scale(sums, c);
    }
    return {graph.subtract(graph.scale(x.re, w.re), graph.scale(x.im, w.im)),
            graph.add(graph.scale(x.im, w.re), graph.scale(x.re, w.im))};
  }
};

class Dft : Arithmetic {
 public:
  explicit Dft(LaneGraph& of) : Arithmetic{of} {}

  Signal run(const Signal& x) {
    const uint32_t n = static_cast<uint32_t>(x.size());
    if (n == 1) return x;
    for (const uint32_t prime : {2U, 3U, 5U}) {
      const uint32_t power = prime_power_of(n, prime);
      if (power == n) return prime == 2 ? split_radix(x) : odd_radix(x, prime);
      if (power > 1) return coprime(x, power, n / power);
    }
    return {};
  }

 private:
  /// Input b j + a k mod n of the two-dimensional a x b transform; output k is where k mod a and k mod b say.
  Signal coprime(const Signal& x, uint32_t a, uint32_t b) {
    const uint32_t n = a * b;
    std::vector<Signal> lines(b, Signal(a));
    for (uint32_t i = 0; i < a; ++i) {
      Signal line(b);
      for (uint32_t j = 0; j < b; ++j) line[j] = x[(b * i + a * j) % n];
      line = run(line);
      for (uint32_t j = 0; j < b; ++j) lines[j][i] = line[j];
    }
    for (Signal& line : lines) line = run(line);
    Signal bins(n);
    for (uint32_t k = 0; k < n; ++k) bins[k] = lines[k % b][k % a];
    return bins;
  }

  Signal split_radix(const Signal& x) {
    const uint32_t n = static_cast<uint32_t>(x.size()), half = n / 2, quarter = n / 4;
    if (n == 1) return x;
    if (n == 2) return {add(x[0], x[1]), subtract(x[0], x[1])};
    Signal even(half), after(quarter), before(quarter);
    for (uint32_t j = 0; j < half; ++j) even[j] = x[2 * j];
    for (uint32_t j = 0; j < quarter; ++j) after[j] = x[4 * j + 1], before[j] = x[(4 * j + n - 1) % n];
    even = split_radix(even), after = split_radix(after), before = split_radix(before);
    Signal bins(n);
    for (uint32_t k = 0; k < quarter; ++k) {
      const ComplexTerm t = turn(after[k], k, n), u = turn(before[k], -int64_t{k}, n);
      const ComplexTerm sum = add(t, u), turned = times_i(subtract(t, u));
      bins[k] = add(even[k], sum);
      bins[k + half] = subtract(even[k], sum);
      bins[k + quarter] = subtract(even[k + quarter], turned);
      bins[k + half + quarter] = add(even[k + quarter], turned);
    }
    return bins;
  }

  /// Residues and frequencies are numbered from -(m/2) to m/2, so that mirrored inputs meet conjugate twiddle
  /// factors.
  Signal odd_radix(const Signal& x, uint32_t prime) {
    const int64_t n = static_cast<int64_t>(x.size()), m = n / prime;
    std::vector<Signal> parts(prime, Signal(m));
    for (int64_t r = 0; r < prime; ++r) {
      const int64_t residue = 2 * r > prime ? r - prime : r;
      for (int64_t j = 0; j < m; ++j) parts[r][j] = x[(j * prime + residue + n) % n];
      parts[r] = run(parts[r]);
    }
    Signal bins(n);
    for (int64_t k = -(m / 2); k <= m / 2; ++k) {
      Signal point(prime);
      for (int64_t r = 0; r < prime; ++r) {
        const int64_t residue = 2 * r > prime ? r - prime : r;
        point[r] = turn(parts[r][(k + m) % m], residue * k, n);
      }
      point = prime == 3 ? three(point) : five(point);
      for (int64_t q = 0; q < prime; ++q) bins[(k + m * q + n) % n] = point[q];
    }
    return bins;
  }

  Signal three(const Signal& x) {
    const ComplexTerm sum = add(x[1], x[2]), difference = subtract(x[1], x[2]);
    const ComplexTerm middle = subtract(x[0], scale(sum, 0.5F));
    const ComplexTerm turned = times_i(scale(difference, -unit_root(1, 3).im));
    return {add(x[0], sum), subtract(middle, turned), add(middle, turned)};
  }

  Signal five(const Signal& x) {
    const UnitRoot one = unit_root(1, 5), two = unit_root(2, 5);
    const ComplexTerm outer = add(x[1], x[4]), outer_difference = subtract(x[1], x[4]);
    const ComplexTerm inner = add(x[2], x[3]), inner_difference = subtract(x[2], x[3]);
    // cos 72 and cos 144 degrees are -1/4 +- sqrt(5)/4.
    const ComplexTerm sum = add(outer, inner);
    const ComplexTerm middle = subtract(x[0], scale(sum, 0.25F));
    const ComplexTerm spread = scale(subtract(outer, inner), static_cast<float>(std::sqrt(5.0) / 4));
    const ComplexTerm near = add(middle, spread), far = subtract(middle, spread);
    const ComplexTerm near_turn =
        times_i(add(scale(outer_difference, -one.im), scale(inner_difference, -two.im)));
    const ComplexTerm far_turn =
        times_i(subtract(scale(outer_difference, -two.im), scale(inner_difference, -one.im)));
    return {add(x[0], sum), subtract(near, near_turn), subtract(far, far_turn), add(far, far_turn),
            add(near, near_turn)};
  }
};

Signal swapped(Signal x) {
  for (ComplexTerm& z : x) std::swap(z.re, z.im);
  return x;
}

/// Powers of two: the even bins are a weighted half spectrum again; the odd ones, counted as 1 mod 4 by
/// taking the conjugates of those that are 3 mod 4, are a complex transform of a quarter of the size of
/// which, turned, the real part is wanted.
std::vector<LaneTerm> weighted_power_of_two(LaneGraph& graph, uint32_t n, const Signal& bins) {
  if (n == 1) return {bins[0].re};
  if (n == 2) return {graph.add(bins[0].re, bins[1].re), graph.subtract(bins[0].re, bins[1].re)};
  const uint32_t half = n / 2, quarter = n / 4;
  Signal even(quarter + 1), odd(quarter);
  for (uint32_t k = 0; k <= quarter; ++k) even[k] = bins[2 * k];
  for (uint32_t k = 0; k < quarter; ++k)
    odd[k] = 4 * k + 1 < half ? bins[4 * k + 1] : conjugate(bins[n - 4 * k - 1]);
  const std::vector<LaneTerm> sums = weighted_power_of_two(graph, half, even);
  odd = inverse_dft(graph, odd);
  std::vector<LaneTerm> x(n);
  for (uint32_t j = 0; j < quarter; ++j) {
    const ComplexTerm turned = Arithmetic{graph}.turn(odd[j], -int64_t{j}, n);
    x[j] = graph.add(sums[j], turned.re);
    x[j + half] = graph.subtract(sums[j], turned.re);
    x[j + quarter] = graph.subtract(sums[j + quarter], turned.im);
    x[j + half + quarter] = graph.add(sums[j + quarter], turned.im);
  }
  return x;
}

}  // namespace

bool dft_size(uint32_t n) {
  for (const uint32_t prime : {2U, 3U, 5U}) {
    while (n > 1 && n % prime == 0) n /= prime;
  }
  return n == 1;
}

Signal dft(LaneGraph& graph, const Signal& x) { return Dft(graph).run(x); }

Signal inverse_dft(LaneGraph& graph, const Signal& x) { return swapped(dft(graph, swapped(x))); }

float bin_weight(uint32_t n, uint32_t k) {
  const uint32_t even = prime_power_of(n, 2);
  return k % even == 0 || 2 * (k % even) == even ? 1 : 2;
}

std::vector<LaneTerm> weighted_inverse(LaneGraph& graph, uint32_t n, const Signal& bins) {
  const uint32_t even = prime_power_of(n, 2), odd = n / even;
  if (odd == 1) return weighted_power_of_two(graph, n, bins);
  std::vector<Signal> halves(odd, Signal(even / 2 + 1));
  for (uint32_t i = 0; i <= even / 2; ++i) {
    Signal line(odd);
    for (uint32_t k = i; k < n; k += even) line[k % odd] = 2 * k <= n ? bins[k] : conjugate(bins[n - k]);
    line = inverse_dft(graph, line);
    for (uint32_t j = 0; j < odd; ++j) halves[j][i] = line[j];
  }
  std::vector<LaneTerm> x(n);
  for (uint32_t j = 0; j < odd; ++j) {
    const std::vector<LaneTerm> line = weighted_power_of_two(graph, even, halves[j]);
    for (uint32_t i = 0; i < even; ++i) x[(odd * i + even * j) % n] = line[i];
  }
  return x;
}

}  // namespace systole
