#pragma once
#include <vector>

#include "models/isa.h"

namespace systole {

/// One dimension of a box: `size` steps of so many bits on either side.
struct BoxDim {
  uint64_t size;
  int64_t from, to;
};

/// A move of elements of `element_bits` each, repeated over the dimensions: walked in ascending order of the
/// `from` side when that is DRAM, else of the `to` side; dimensions that continue each other on both sides
/// become one. Bases are in bytes. Elements that share bytes lie side by side; the last byte of such a row
/// moves as a whole. Throws std::logic_error where a row begins within a byte.
Move make_move(Tensor tensor, uint32_t element_bits, std::vector<BoxDim> dims, Space from, uint64_t from_base,
               Space to, uint64_t to_base);

}  // namespace systole
