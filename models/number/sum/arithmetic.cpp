#include "models/number/sum/arithmetic.h"

#include <stdexcept>

namespace systole {

Arithmetic arithmetic_of(const Summation& summation, const ProductFormats& formats) {
  if (!takes(summation.rule, formats)) throw std::logic_error("a summation rule does not take these formats");
  return traits_of(summation.rule).arithmetic(summation, formats);
}

AlignedArgs aligned_args(const Arithmetic& arithmetic, Format x, Format y) {
  const NumberFormat &of_x = traits_of(x), &of_y = traits_of(y);
  const bool is_short =
      of_x.fraction_bits + of_y.fraction_bits + 2 <= traits_of(Format::fp32).fraction_bits + 1;
  return {arithmetic.aligned, of_x.lane_min_exponent(), of_y.lane_min_exponent(), is_short};
}

}  // namespace systole
