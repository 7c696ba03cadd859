#pragma once
#include <optional>
#include <string>
#include <vector>

#include "models/number/format.h"

namespace systole {

/// One row of a file of vectors, as bit patterns: d should be c + sum of a[i] * b[i].
struct MmaVector {
  size_t line = 0;
  std::vector<uint32_t> a, b;
  uint32_t c = 0, d = 0;
  std::optional<uint32_t> d_fp16;
};

/// The rows `a;b;c;d[;d_fp16]` of a file, packed by gzip or not: hexadecimal, a and b separated by spaces; c
/// and d of 32 bits. A first line of names is passed over. Throws UserError: a file that cannot be read, or
/// the first line that is no such row; with `needs_fp16`, also one without d_fp16.
std::vector<MmaVector> read_mma_vectors(const std::string& path, const NumberFormat& operands,
                                        bool needs_fp16);

}  // namespace systole
