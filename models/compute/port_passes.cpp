#include "models/compute/port_passes.h"

#include <cstring>

#include "models/clones.h"

namespace systole {
namespace {

/// Small enough for every instruction set.
typedef Lane Four __attribute__((vector_size(16)));

template <uint32_t kDepth>
SYSTOLE_INLINE void gather_blocks_of(const uint8_t* from, const int32_t* place, const int32_t* outside,
                                     std::size_t ports, Lane* out) {
  for (std::size_t p = 0; p < ports; ++p, out += kDepth) {
    if (outside != nullptr && outside[p] != 0) {
      std::memset(out, 0, kDepth * sizeof(Lane));
    } else {
      std::memcpy(out, from + place[p], kDepth * sizeof(Lane));
    }
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

SYSTOLE_CLONES Outside find_outside(const int32_t* y, int32_t dy, uint32_t y_limit, const int32_t* x,
                                    int32_t dx, uint32_t x_limit, const int32_t* place, std::size_t ports,
                                    int32_t* outside) {
  uint32_t count = 0;
  int32_t lowest = INT32_MAX, highest = INT32_MIN;
  for (std::size_t p = 0; p < ports; ++p) {
    const uint32_t is_outside = (static_cast<uint32_t>(y[p] + dy) >= y_limit ? 1U : 0U) |
                                (static_cast<uint32_t>(x[p] + dx) >= x_limit ? 1U : 0U);
    outside[p] = -static_cast<int32_t>(is_outside);
    count += is_outside;
    const int32_t low = is_outside != 0 ? INT32_MAX : place[p], high = is_outside != 0 ? INT32_MIN : place[p];
    lowest = low < lowest ? low : lowest;
    highest = high > highest ? high : highest;
  }
  return {count, lowest, highest};
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

SYSTOLE_CLONES void gather_lanes(const uint8_t* from, const int32_t* place, const int32_t* outside,
                                 std::size_t ports, Lane* out, std::size_t stride) {
  if (outside == nullptr) {
    for (std::size_t p = 0; p < ports; ++p) std::memcpy(out + p * stride, from + place[p], sizeof(Lane));
    return;
  }
  for (std::size_t p = 0; p < ports; ++p) {
    Lane lane = 0;
    if (outside[p] == 0) std::memcpy(&lane, from + place[p], sizeof lane);
    out[p * stride] = lane;
  }
}

void gather_blocks(const uint8_t* from, const int32_t* place, const int32_t* outside, std::size_t ports,
                   uint32_t depth, Lane* out) {
  switch (depth) {
    case 2:
      return gather_blocks_of<2>(from, place, outside, ports, out);
    case 4:
      return gather_blocks_of<4>(from, place, outside, ports, out);
    default:
      return gather_blocks_of<8>(from, place, outside, ports, out);
  }
}

void gather_planes(const uint8_t* from, const int32_t* place, const int32_t* outside, std::size_t ports,
                   std::size_t plane, Lane* out) {
  const auto block = [&](std::size_t p) {
    Four lanes{};
    if (outside == nullptr || outside[p] == 0) std::memcpy(&lanes, from + place[p], sizeof lanes);
    return lanes;
  };
  std::size_t p = 0;
  for (; p + 4 <= ports; p += 4) {
    const Four a = block(p), b = block(p + 1), c = block(p + 2), d = block(p + 3);
    const Four ab = __builtin_shuffle(a, b, Four{0, 4, 1, 5}), cd = __builtin_shuffle(c, d, Four{0, 4, 1, 5});
    const Four ab2 = __builtin_shuffle(a, b, Four{2, 6, 3, 7}),
               cd2 = __builtin_shuffle(c, d, Four{2, 6, 3, 7});
    const Four planes[4] = {
        __builtin_shuffle(ab, cd, Four{0, 1, 4, 5}), __builtin_shuffle(ab, cd, Four{2, 3, 6, 7}),
        __builtin_shuffle(ab2, cd2, Four{0, 1, 4, 5}), __builtin_shuffle(ab2, cd2, Four{2, 3, 6, 7})};
    for (std::size_t z = 0; z < 4; ++z) std::memcpy(out + z * plane + p, &planes[z], sizeof(Four));
  }
  for (; p < ports; ++p) {
    const Four lanes = block(p);
    for (std::size_t z = 0; z < 4; ++z) out[z * plane + p] = lanes[z];
  }
}

}  // namespace systole
