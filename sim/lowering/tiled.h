#pragma once
// The part that all tiled algorithms share: choose a mapping, lay the tensors out, make the stream.
#include "sim/lowering/lowering.h"
#include "sim/mapping/tile_layout.h"

namespace systole {

TileContext tile_context(const LoweringRequest& request, Indexing indexing);

/// Why block-scaled operands cannot be multiplied so on this machine: an MMA step's elements would lie in two
/// blocks. Empty: they can, or there are none.
std::string blocks_decline(const LoweringRequest& request, Indexing indexing);

/// Throws MappingError.
LoweredLayer lower_tiled(const LoweringRequest& request, Indexing indexing);

/// The mapping that lower_tiled() takes, in words and figures.
std::vector<std::string> explain_tiled(const LoweringRequest& request, Indexing indexing);

}  // namespace systole
