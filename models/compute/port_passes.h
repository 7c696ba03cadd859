#pragma once
#include "models/compute/format/format.h"
#include "models/memory/sram_buffer.h"

namespace systole {

/// Arrays over ports are padded to whole groups, so that passes over them have no remainder. What the padding
/// holds decides nothing.
inline constexpr std::size_t kPortGroup = 16;
inline constexpr std::size_t whole_groups(std::size_t ports) {
  return (ports + kPortGroup - 1) / kPortGroup * kPortGroup;
}

/// What a port holds that has read nothing.
inline constexpr uint32_t kNoWord = ~0U;

/// A buffer's banks, apart from what passes may write to.
struct BankMap {
  uint32_t mask = 0, words_per_slot = 0, banks = 0;

  BankMap() = default;
  explicit BankMap(const SramBuffer& buffer)
      : mask(buffer.banks() - 1),
        words_per_slot(static_cast<uint32_t>(buffer.size() / (buffer.bank_count() / buffer.banks()) >>
                                             buffer.word_shift())),
        banks(buffer.banks()) {}
  uint32_t bank_of(uint32_t word) const { return (word & mask) + (word >= words_per_slot ? banks : 0); }
};

/// Of the words in which some ports read, how many are others than they hold.
enum class WordChange : uint8_t { none, some, all };

/// What ports do that read at place[p] + offset; `ports` are whole groups.
WordChange find_words(const int32_t* place, int32_t offset, uint32_t word_shift, const uint32_t* latches,
                      std::size_t ports, uint32_t* words);

struct PortReach {
  int32_t highest = -1;
  uint32_t zeros = 0;  ///< ports that read none of the buffer
  bool changed = false;
};
/// The same where outside[p] is -1 or 0: the address is -1 then, and the port goes on holding its word.
PortReach find_bounded_words(const int32_t* place, int32_t offset, const int32_t* outside,
                             uint32_t word_shift, const uint32_t* latches, std::size_t ports, uint32_t* words,
                             int32_t* addresses);

/// How many ports are outside, and the reach of the others' places.
struct Outside {
  uint32_t count = 0;
  int32_t lowest = INT32_MAX, highest = INT32_MIN;
};
/// Fills outside[p] for coordinates y[p] + dy and x[p] + dx.
Outside find_outside(const int32_t* y, int32_t dy, uint32_t y_limit, const int32_t* x, int32_t dx,
                     uint32_t x_limit, const int32_t* place, std::size_t ports, int32_t* outside);

/// The words in which ports read at place[p] + offset, their banks, and the banks of `count` words from
/// `first` on.
void words_of_places(const int32_t* place, int32_t offset, uint32_t word_shift, std::size_t ports,
                     uint32_t* words);
void banks_of_places(const BankMap& map, const int32_t* place, int32_t offset, uint32_t word_shift,
                     std::size_t ports, uint32_t* banks);
void banks_of_range(const BankMap& map, uint32_t first, std::size_t count, uint32_t* banks);

/// Operands of 4 bytes at from + place[p] to out[p * stride]; `outside` may be nullptr: none is.
void gather_lanes(const uint8_t* from, const int32_t* place, const int32_t* outside, std::size_t ports,
                  Lane* out, std::size_t stride);
/// `depth` (2, 4 or 8) neighbours at each from + place[p] to out[p * depth].
void gather_blocks(const uint8_t* from, const int32_t* place, const int32_t* outside, std::size_t ports,
                   uint32_t depth, Lane* out);
/// 4 neighbours at each from + place[p] to out[p], out[p + plane] and so on.
void gather_planes(const uint8_t* from, const int32_t* place, const int32_t* outside, std::size_t ports,
                   std::size_t plane, Lane* out);

}  // namespace systole
