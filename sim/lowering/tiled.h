#pragma once
// The part that all tiled algorithms share: choose a mapping, lay the tensors out, make the stream.
#include "sim/lowering/lowering.h"
#include "sim/mapping/tile_layout.h"

namespace systole {

TileContext tile_context(const LoweringRequest& request, bool flatten_k);

/// `flatten_k`: the window's k is one dimension (see MatMul). Throws MappingError.
LoweredLayer lower_tiled(const LoweringRequest& request, bool flatten_k);

/// The mapping that lower_tiled() takes, in words and figures.
std::vector<std::string> explain_tiled(const LoweringRequest& request, bool flatten_k);

}  // namespace systole
