#pragma once
// A step's tiles as the compute core and the vector unit see them. `group` counts within the tile.
#include "sim/lowering/tile_moves.h"

namespace systole {

OperandView input_view(const TileContext& context, const TilePlan& plan, const TileStep& step,
                       const InputWindow& window, uint64_t place, uint32_t group);
OperandView weight_view(const TileContext& context, const TilePlan& plan, const TileStep& step,
                        uint64_t place, uint32_t group);
ResultView result_view(const TilePlan& plan, const TileStep& step, uint64_t place, uint32_t group);

/// Bias, scale and activation over all groups of the tile, in place, by the program that post_program()
/// makes of the problem.
Vector post_operation(const TileContext& context, const TilePlan& plan, const TileStep& step, uint64_t place,
                      uint64_t bias_place, std::shared_ptr<const LaneProgram> program);

}  // namespace systole
