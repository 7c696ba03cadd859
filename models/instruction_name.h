#pragma once
#include <cstdint>
#include <string>

#include "models/isa.h"

namespace systole {

/// An instruction as messages name it: its number in the program, barriers not counted, its unit and the tile
/// it works for.
std::string instruction_name(uint64_t number, Unit unit, const TileTag& tile);

}  // namespace systole
