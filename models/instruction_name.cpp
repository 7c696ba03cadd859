#include "models/instruction_name.h"

#include <fmt/format.h>

namespace systole {

std::string instruction_name(uint64_t number, Unit unit, const TileTag& tile) {
  return fmt::format("instruction {} ({}, tile {}/{}/{} of group {}, stage {})", number,
                     kUnitNames[static_cast<int>(unit)], tile.m, tile.n, tile.k, tile.group, tile.stage);
}

}  // namespace systole
