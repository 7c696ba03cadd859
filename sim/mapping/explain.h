#pragma once
// `systole explain`: the chosen mapping in words and figures.
#include "sim/mapping/mapping.h"
#include "sim/mapping/tile_layout.h"

namespace systole {

/// One line each: tiles, order, buffers, traffic, lower bounds, and the mappings that were rejected.
std::vector<std::string> explain(const TileContext& context, const Mapping& mapping);

}  // namespace systole
