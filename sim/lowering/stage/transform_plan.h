#pragma once
// How the items of a transform are cut into blocks, and where those lie.
#include "models/accelerator_params.h"
#include "sim/lowering/stage/side_tile.h"
#include "sim/mapping/buffer_plan.h"

namespace systole {

/// Sources come into the input buffer, results go out of the output buffer, bias values through the weight
/// buffer.
struct TransformPlan {
  std::array<uint32_t, 5> block{1, 1, 1, 1, 1};
  SideTile source, target;
  BufferPlan source_buffer, target_buffer;
  ReservedPlan bias;
  uint64_t dram_bytes = 0;  ///< an estimate: whole bursts of all blocks

  uint64_t blocks(const TransformStage& stage) const;
};

/// The blocks that move the least: as many channels at once as fit, then columns, rows, images. Throws
/// MappingError where one item alone overflows a buffer or the program needs more registers than a lane has.
TransformPlan plan_transform(const TransformStage& stage, const AcceleratorParams& arch);

}  // namespace systole
