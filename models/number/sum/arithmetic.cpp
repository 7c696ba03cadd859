#include "models/number/sum/arithmetic.h"

#include <stdexcept>

namespace systole {

Arithmetic arithmetic_of(SumRule rule, const ProductFormats& formats) {
  if (!takes(rule, formats)) throw std::logic_error("a summation rule does not take these formats");
  return traits_of(rule).arithmetic(formats);
}

AlignedArgs aligned_args(const Arithmetic& arithmetic, Format x, Format y) {
  return {arithmetic.aligned, traits_of(x).min_exponent, traits_of(y).min_exponent};
}

}  // namespace systole
