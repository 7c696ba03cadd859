#include "models/compute/port_passes.h"

#include <cstring>

#include "models/clones.h"

namespace systole {
namespace {

template <uint32_t kDepth>
SYSTOLE_INLINE void gather_blocks_of(const uint8_t* from, const int32_t* place, std::size_t ports,
                                     Lane* out) {
  for (std::size_t p = 0; p < ports; ++p) {
    std::memcpy(out + p * kDepth, from + place[p], kDepth * sizeof(Lane));
  }
}

}  // namespace

SYSTOLE_CLONES WordChange find_words(const int32_t* place, int32_t offset, uint32_t word_shift,
                                     const uint32_t* latches, std::size_t ports, uint32_t* words) {
  uint32_t changed = 0, same = 0;
  for (std::size_t group = 0; group < ports; group += kPortGroup) {
    for (std::size_t p = group; p < group + kPortGroup; ++p) {
      const uint32_t word = static_cast<uint32_t>(place[p] + offset) >> word_shift;
      words[p] = word;
      changed |= word ^ latches[p];
      same |= word == latches[p] ? 1U : 0U;
    }
  }
  if (changed == 0) return WordChange::none;
  return same == 0 ? WordChange::all : WordChange::some;
}

SYSTOLE_CLONES PortReach find_bounded_words(const int32_t* place, int32_t offset, const int32_t* outside,
                                            uint32_t word_shift, const uint32_t* latches, std::size_t ports,
                                            uint32_t* words, int32_t* addresses) {
  int32_t highest = -1;
  uint32_t zeros = 0, changed = 0;
  for (std::size_t p = 0; p < ports; ++p) {
    const int32_t address = (place[p] + offset) | outside[p];
    const uint32_t word = address < 0 ? latches[p] : static_cast<uint32_t>(address) >> word_shift;
    addresses[p] = address;
    words[p] = word;
    changed |= word ^ latches[p];
    zeros += address < 0 ? 1 : 0;
    highest = address > highest ? address : highest;
  }
  return {highest, zeros, changed != 0};
}

SYSTOLE_CLONES uint32_t find_outside(const int32_t* y, int32_t dy, uint32_t y_limit, const int32_t* x,
                                     int32_t dx, uint32_t x_limit, std::size_t ports, int32_t* outside) {
  uint32_t count = 0;
  for (std::size_t p = 0; p < ports; ++p) {
    const uint32_t is_outside = (static_cast<uint32_t>(y[p] + dy) >= y_limit ? 1U : 0U) |
                                (static_cast<uint32_t>(x[p] + dx) >= x_limit ? 1U : 0U);
    outside[p] = -static_cast<int32_t>(is_outside);
    count += is_outside;
  }
  return count;
}

SYSTOLE_CLONES void words_of_places(const int32_t* place, int32_t offset, uint32_t word_shift,
                                    std::size_t ports, uint32_t* words) {
  for (std::size_t p = 0; p < ports; ++p) words[p] = static_cast<uint32_t>(place[p] + offset) >> word_shift;
}

SYSTOLE_CLONES void banks_of_places(const BankMap& map, const int32_t* place, int32_t offset,
                                    uint32_t word_shift, std::size_t ports, uint32_t* banks) {
  const BankMap here = map;
  for (std::size_t p = 0; p < ports; ++p) {
    banks[p] = here.bank_of(static_cast<uint32_t>(place[p] + offset) >> word_shift);
  }
}

SYSTOLE_CLONES void banks_of_range(const BankMap& map, uint32_t first, std::size_t count, uint32_t* banks) {
  const BankMap here = map;
  for (uint32_t i = 0; i < count; ++i) banks[i] = here.bank_of(first + i);
}

SYSTOLE_CLONES void gather_lanes(const uint8_t* from, const int32_t* place, std::size_t ports, Lane* out,
                                 std::size_t stride) {
  for (std::size_t p = 0; p < ports; ++p) std::memcpy(out + p * stride, from + place[p], sizeof(Lane));
}

void gather_blocks(const uint8_t* from, const int32_t* place, std::size_t ports, uint32_t depth, Lane* out) {
  switch (depth) {
    case 2:
      return gather_blocks_of<2>(from, place, ports, out);
    case 4:
      return gather_blocks_of<4>(from, place, ports, out);
    default:
      return gather_blocks_of<8>(from, place, ports, out);
  }
}

}  // namespace systole
