#include "sim/lowering/box.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace systole {
namespace {

/// Up to whole bytes of whole numbers.
uint64_t whole_bytes(uint64_t bits, uint64_t element) {
  const uint64_t unit = std::lcm(element, uint64_t{8});
  return (bits + unit - 1) / unit * unit;
}

}  // namespace

Move make_move(Tensor tensor, uint32_t element_bits, std::vector<BoxDim> dims, Space from, uint64_t from_base,
               Space to, uint64_t to_base) {
  Move move;
  move.tensor = tensor;
  move.element_bits = static_cast<uint8_t>(element_bits);
  move.from.space = from;
  move.from.base = from_base;
  move.to.space = to;
  move.to.base = to_base;
  dims.erase(std::remove_if(dims.begin(), dims.end(), [](const BoxDim& d) { return d.size == 1; }),
             dims.end());
  const bool by_from = to != Space::dram;
  std::stable_sort(dims.begin(), dims.end(),
                   [&](const BoxDim& a, const BoxDim& b) { return by_from ? a.from < b.from : a.to < b.to; });
  uint64_t run = element_bits;
  std::vector<BoxDim> merged;  // innermost first
  for (const BoxDim& dim : dims) {
    if (merged.empty() && dim.from != static_cast<int64_t>(run)) run = whole_bytes(run, element_bits);
    const int64_t extent = static_cast<int64_t>(merged.empty() ? run : merged.back().size);
    const int64_t from_next = extent * (merged.empty() ? 1 : merged.back().from);
    const int64_t to_next = extent * (merged.empty() ? 1 : merged.back().to);
    if (dim.from != from_next || dim.to != to_next) {
      merged.push_back(dim);
    } else if (merged.empty()) {
      run *= dim.size;
    } else {
      merged.back().size *= dim.size;
    }
  }
  if (merged.size() > kBoxRank - 1) throw std::logic_error("a tile's box has more than six dimensions");
  move.size[kBoxRank - 1] = static_cast<uint32_t>(whole_bytes(run, element_bits) / 8);
  for (size_t i = 0; i < merged.size(); ++i) {
    const size_t at = kBoxRank - 2 - i;
    move.size[at] = static_cast<uint32_t>(merged[i].size);
    if (merged[i].from % 8 != 0 || merged[i].to % 8 != 0)
      throw std::logic_error("a row of a tile's box begins within a byte");
    move.from.stride[at] = merged[i].from / 8;
    move.to.stride[at] = merged[i].to / 8;
  }
  return move;
}

}  // namespace systole
