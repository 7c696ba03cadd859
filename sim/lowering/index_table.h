#pragma once
// The offsets of a window's k in the input buffer, computed before the run: what implicit_precomp_gemm reads
// instead of computing it again for each element.
#include <optional>
#include <vector>

#include "sim/lowering/dram_layout.h"
#include "sim/mapping/tile_plan.h"

namespace systole {

/// Little-endian int32, one a k: for a whole tile of channels, then for the smaller one at the end, if there
/// is one.
std::vector<uint8_t> index_table(const TileContext& context, const TilePlan& plan);

/// Where in the input buffer the table for a tile of so many channels begins.
uint64_t index_table_at(const TileContext& context, const TilePlan& plan, uint32_t channels);

/// Brings the table in; none: the layer needs none.
std::optional<Move> load_index_table(const TileContext& context, const TilePlan& plan,
                                     const DramLayout& dram);

}  // namespace systole
