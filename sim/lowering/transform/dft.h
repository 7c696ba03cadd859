#pragma once
// Discrete Fourier transforms of sizes 2^a 3^b 5^c, spelled out on a LaneGraph.
#include <cstdint>
#include <vector>

#include "sim/lowering/transform/lane_graph.h"

namespace systole {

struct ComplexTerm {
  LaneTerm re, im;
};

inline ComplexTerm conjugate(ComplexTerm z) { return {z.re, -z.im}; }

/// Whether n is 2^a 3^b 5^c and at least 1.
bool dft_size(uint32_t n);

/// X[k] = sum_j x[j] exp(-2 pi i j k / n), n the number of terms. Real, Hermitian and zero terms make it
/// cheaper by themselves: no other function is needed for a real transform. Coprime factors by Good and
/// Thomas (no twiddle factors), powers of two by the conjugate-pair split radix, of 3 and 5 by decimation in
/// time; a complex twiddle factor is 4 multiplies and 2 additions, (1 +- i) sqrt(1/2) 2 and 2.
std::vector<ComplexTerm> dft(LaneGraph& graph, const std::vector<ComplexTerm>& x);

/// x[j] = sum_k X[k] exp(+2 pi i j k / n), not divided by n.
std::vector<ComplexTerm> inverse_dft(LaneGraph& graph, const std::vector<ComplexTerm>& x);

/// How often bin k of 0...n/2 counts in weighted_inverse(): 1 or 2.
float bin_weight(uint32_t n, uint32_t k);

/// The n reals of which `bins` is half the spectrum (k = 0...n/2), not divided by n, if every bin has been
/// multiplied by bin_weight() before. The imaginary parts of bins 0 and n/2 must be known zeros.
std::vector<LaneTerm> weighted_inverse(LaneGraph& graph, uint32_t n, const std::vector<ComplexTerm>& bins);

}  // namespace systole
