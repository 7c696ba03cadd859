#pragma once
// Lane programs (fp32) of the Fourier transforms that convolutions are made of. Sizes n are 2^a 3^b 5^c, at
// least 2; any other throws std::invalid_argument, as does a window that is empty or does not fit.
#include <cstdint>

#include "models/lane_program.h"

namespace systole {

/// The smallest legal size that is not below `least`.
uint32_t next_fourier_size(uint32_t least);

/// Forward: the elements that exist; the others are known zeros and not among the program's inputs. Inverse:
/// the elements that are wanted.
struct FftWindow {
  uint32_t first = 0, count = 0;
};

/// The bins of n reals, of which bin n - k is bin k's conjugate. packed: n reals, Re 0...n/2 and then
/// Im 1...(n-1)/2. half: bins 0...n/2, Re and Im of each (the Im of bins 0 and n/2 are zeros). full: all n
/// bins.
enum class FftBins : uint8_t { packed, half, full };

/// x[j], j in `present`, to its bins.
LaneProgram real_fft_program(uint32_t n, FftWindow present, FftBins bins);
/// Bins to x[j], j in `wanted`, divided by `divisor`: n undoes the forward transform. Of `full` bins only the
/// first half is read.
LaneProgram inverse_real_fft_program(uint32_t n, FftWindow wanted, FftBins bins, uint32_t divisor);

/// What stands for a complex bin where bins are multiplied. With (a + bi)(c + di):
/// complex: Re, Im. standard_input: -b, a, b, along which standard_filter, d, c, slides: bc is added at two
/// places, ac - bd and ad + bc. gauss_input: a + b, a, b. gauss_filter: c, d - c, c + d. gauss_product, in an
/// inverse transform only: the sums over the channels of k1 = c (a + b), k2 = a (d - c), k3 = b (c + d); Re
/// is k1 - k3, Im is k1 + k2. split_input: a, b, a, b. split_filter: c, d, d, c. split_product: the sums of
/// their four products, each by itself; Re is the first less the second, Im the sum of the others.
enum class BinForm : uint8_t {
  complex,
  standard_input,
  standard_filter,
  gauss_input,
  gauss_filter,
  gauss_product,
  split_input,
  split_filter,
  split_product
};

/// How many reals a form has: 2 to 4.
uint32_t bin_parts(BinForm form);

/// Re and Im of each x[j], j in `present`, to the form's parts of each of the n bins.
LaneProgram complex_fft_program(uint32_t n, FftWindow present, BinForm form = BinForm::complex);
/// The form's parts of each of the n bins to Re and Im of each x[j], j in `wanted`, divided by `divisor`.
LaneProgram inverse_complex_fft_program(uint32_t n, FftWindow wanted, uint32_t divisor,
                                        BinForm form = BinForm::complex);

/// A transform of n x n reals, or of a line of n, in one program. Bins are row-major [u][v], u = 0...n-1 (of
/// a line 0), v = 0...n/2, each as its form's parts; elements are row-major.
struct TileFft {
  uint32_t n = 0;
  FftWindow rows, cols;  ///< present (forward) or wanted (inverse) elements; a line's rows are {0, 1}
  BinForm form = BinForm::complex;
  /// The inverse's factors (1/n^2, of a line 1/n, and the count of 2 of bins that stand for their conjugates,
  /// too) are in the filter's bins: set in the filter's forward and in the inverse transform, not in the
  /// input's forward.
  bool folded = false;
  bool line = false;

  uint32_t height() const { return line ? 1 : n; }
};

LaneProgram tile_fft_program(const TileFft& tile);
/// Of columns v = 0 and n/2, which are spectra of reals, bins u > n/2 and the zero Im are not read.
LaneProgram inverse_tile_fft_program(const TileFft& tile);

/// Of one bin, for spectra that exist as Re, Im: to the parts of `form`; from the three sums of products to
/// Re and Im.
LaneProgram bin_program(BinForm form);

/// The same program for inputs in reverse order, `together` of them staying as they are among themselves: a
/// filter turned round is what convolves as its layer correlates.
LaneProgram with_reversed_inputs(LaneProgram program, uint32_t together);

}  // namespace systole
