#pragma once
// The arithmetic of one MMA unit, without a machine around it.
#include <vector>

#include "models/number/sum/arithmetic.h"

namespace systole {

/// Sums of products that are to be formed, a row each: c + sum of a[i] * b[i]. All rows take as many steps.
struct MmaRows {
  uint32_t depth = 1;                ///< products of an MMA step
  std::vector<std::vector<Lane>> a;  ///< as long as b's; a row's last step is filled up with zeros
  std::vector<std::vector<Lane>> b;
  std::vector<Lane> c;  ///< what the first step adds to
};

/// By the kernel of whole MatMuls: all a with all b, of which the rows' own are the result.
std::vector<Lane> by_block_kernel(const Arithmetic& arithmetic, const ProductFormats& formats,
                                  const MmaRows& rows, HostVectors width);
/// By the kernel that PEs are stepped with, a step at a time.
std::vector<Lane> by_step_kernel(const Arithmetic& arithmetic, const ProductFormats& formats,
                                 const MmaRows& rows, bool systolic);

}  // namespace systole
