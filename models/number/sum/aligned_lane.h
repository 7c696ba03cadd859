#pragma once
#include "models/number/sum/arithmetic.h"

namespace systole {

/// c plus the products of x[z * x_stride] and y[z * y_stride], z < depth, in one aligned block. A sum
/// that is exactly zero, and one without a term, is +0; a NaN, Inf - Inf and 0 * Inf give kAlignedNan, any
/// other infinity itself; what is too large for the result's format becomes infinite.
Lane aligned_block(const AlignedArgs& args, Lane c, const Lane* x, std::size_t x_stride, const Lane* y,
                   std::size_t y_stride, uint32_t depth);

inline constexpr Lane kAlignedNan = 0x7FFFFFFFU;

/// Of an aligned rule that takes these formats.
Arithmetic aligned_arithmetic(const Summation& summation, const ProductFormats& formats);

}  // namespace systole
