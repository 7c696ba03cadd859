#pragma once
#include <vector>

#include "models/isa.h"

namespace systole {

/// One dimension of a box: `size` steps of so many bytes on either side.
struct BoxDim {
  uint64_t size;
  int64_t from, to;
};

/// A move of elements of `element_bytes` each, repeated over the dimensions: walked in ascending order of the
/// `from` side when that is DRAM, else of the `to` side; dimensions that continue each other on both sides
/// become one.
Move make_move(Tensor tensor, uint32_t element_bytes, std::vector<BoxDim> dims, Space from,
               uint64_t from_base, Space to, uint64_t to_base);

}  // namespace systole
