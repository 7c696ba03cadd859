#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "models/memory/dram/banked/params.h"

namespace systole {

/// Where a burst lies. `bank` counts all banks of the channel: rank, then bank group, then bank.
struct DramPlace {
  uint32_t channel = 0, bank = 0, row = 0, column = 0;
};

/// Cuts the number of a burst into the six fields of a map.
class AddressMap {
 public:
  /// `map` must be free of mistakes.
  AddressMap(const std::string& map, const DramGeometry& geometry);
  DramPlace place(uint64_t burst) const {
    const uint32_t bank = (rank_.of(burst) * groups_ + group_.of(burst)) * banks_ + bank_.of(burst);
    return {channel_.of(burst), bank, row_.of(burst), column_.of(burst)};
  }
  /// True when the burst lies in one place with the one before it, but for the column.
  bool in_same_row(uint64_t burst) const { return column_.shift == 0 && (burst & column_.mask) != 0; }

  /// What is wrong with a map's text; empty when nothing is.
  static std::string mistake(const std::string& map);

 private:
  struct Slice {
    uint32_t shift = 0;
    uint64_t mask = 0;
    uint32_t of(uint64_t burst) const { return static_cast<uint32_t>((burst >> shift) & mask); }
  };
  Slice row_, rank_, group_, bank_, channel_, column_;
  uint32_t groups_, banks_;
};

}  // namespace systole
