#pragma once
// Chooses a mapping: of all candidates that fit, the one with the least DRAM traffic among those whose
// estimated time is within a quarter of the fastest.
#include "sim/mapping/tile_plan.h"

namespace systole {

/// Deterministic. What the request fixes is kept; throws MappingError when nothing legal is left.
Mapping choose_mapping(const TileContext& context, const MappingRequest& request);

}  // namespace systole
