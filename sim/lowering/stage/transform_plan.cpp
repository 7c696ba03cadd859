#include "sim/lowering/stage/transform_plan.h"

#include <fmt/format.h>

#include <optional>

#include "sim/lowering/stage/stage_post.h"
#include "sim/mapping/array_shape.h"
#include "sim/mapping/mapping.h"

namespace systole {
namespace {

using Items = std::array<uint32_t, 5>;

/// Blocks are small enough for two places, so that loads run under the work on the block before; a block that
/// is all there is may take the whole buffer.
uint64_t room(const BufferParams& buffer, bool whole) { return whole ? buffer.size : buffer.size / 2; }

bool fits(const TransformStage& stage, const AcceleratorParams& arch, const Items& block) {
  const bool whole = block == stage.items;
  const BufferParams& input = arch.buffers[static_cast<int>(Space::input)];
  const BufferParams& output = arch.buffers[static_cast<int>(Space::output)];
  return SideTile(stage.source, block, stage.items).bytes() <= room(input, whole) &&
         SideTile(stage.target, block, stage.items).bytes() <= room(output, whole);
}

/// The largest size along `axis` up to the items that fits, the rest as it is.
void grow(const TransformStage& stage, const AcceleratorParams& arch, Items& block, int axis) {
  uint32_t low = block[axis], high = stage.items[axis];
  while (low < high) {
    const uint32_t middle = low + (high - low + 1) / 2;
    Items tried = block;
    tried[axis] = middle;
    if (fits(stage, arch, tried)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  block[axis] = low;
  // Blocks alike: the same count of them, the sizes evened out; unless one then meets less padding and grows.
  Items even = block;
  even[axis] = static_cast<uint32_t>(div_up(stage.items[axis], div_up(stage.items[axis], low)));
  if (fits(stage, arch, even)) block = even;
}

/// Bytes of whole bursts that one side moves: spans of a row lie together when its columns and channels do.
uint64_t side_bytes(const StageSide& side, const Items& block, const Items& items, bool keeps_rows,
                    uint64_t burst) {
  const auto places = [](const StageAxis& axis, uint32_t size, uint32_t all, bool once) {
    uint64_t sum = 0;
    if (once && axis.window) return uint64_t{stored_axis(axis, 0, all).places};
    for (uint32_t begin = 0; begin < all; begin += size)
      sum += stored_axis(axis, begin, std::min(size, all - begin)).places;
    return sum;
  };
  const uint64_t rows = places(side.vertical, block[2], items[2], keeps_rows);
  const uint64_t cols = places(side.horizontal, block[3], items[3], false);
  const uint64_t inner_blocks = div_up(items[4], block[4]);
  uint64_t run = div_up(uint64_t{block[4]} * side.bits(), 8),
           runs = uint64_t{items[0]} * items[1] * rows * cols * inner_blocks;
  if (inner_blocks == 1 && (side.horizontal.window || side.horizontal.taps == 1)) {
    const uint64_t col_blocks = div_up(items[3], block[3]);
    run *= div_up(cols, col_blocks);
    runs = uint64_t{items[0]} * items[1] * rows * col_blocks;
  }
  return runs * round_up(run, burst);
}

}  // namespace

uint64_t TransformPlan::blocks(const TransformStage& stage) const {
  uint64_t count = 1;
  for (int d = 0; d < 5; ++d) count *= div_up(stage.items[d], block[d]);
  return count;
}

TransformPlan plan_transform(const TransformStage& stage, const AcceleratorParams& arch) {
  if (stage.program->registers > arch.vector_unit.registers) {
    throw MappingError(fmt::format("{} needs {} registers a lane, {} more than vector_unit.registers",
                                   stage.name, stage.program->registers,
                                   stage.program->registers - arch.vector_unit.registers));
  }
  std::optional<Items> best;
  uint64_t best_bytes = 0;
  for (uint32_t inner = stage.items[4];; inner = (inner + 1) / 2) {
    Items block{1, 1, 1, 1, inner};
    if (fits(stage, arch, block)) {
      grow(stage, arch, block, 3);
      if (block[3] == stage.items[3]) grow(stage, arch, block, 2);
      // Boxes have six dimensions: images go together only where each is a single item.
      if (stage.items[2] == 1 && stage.items[3] == 1) {
        grow(stage, arch, block, 1);
        if (block[1] == stage.items[1] && stage.items[1] == 1) grow(stage, arch, block, 0);
      }
      const uint64_t burst = arch.dram.burst_bytes;
      const uint64_t bytes = side_bytes(stage.source, block, stage.items, true, burst) +
                             side_bytes(stage.target, block, stage.items, false, burst);
      if (!best || bytes < best_bytes) {
        best = block;
        best_bytes = bytes;
      }
    }
    if (inner == 1) break;
  }
  if (!best) {
    throw MappingError(
        fmt::format("{}: one item with its {} values in and {} values out overflows half of the input "
                    "or output buffer",
                    stage.name, stage.source.taps(), stage.target.taps()));
  }
  const SideTile source(stage.source, *best, stage.items), target(stage.target, *best, stage.items);
  const SideTile bias(bias_side(stage), bias_block(stage, {{}, *best}).size,
                      bias_block(stage, {{}, stage.items}).size);
  TransformPlan plan{*best, source, target, bias, {}, {}, {}, best_bytes};
  const uint64_t blocks = plan.blocks(stage);
  plan.source_buffer = plan_buffer(arch.buffers[static_cast<int>(Space::input)], source.bytes(), 0, blocks);
  plan.target_buffer = plan_buffer(arch.buffers[static_cast<int>(Space::output)], target.bytes(), 0, blocks);
  plan.bias_buffer = plan_reserved(arch.buffers[static_cast<int>(Space::weight)],
                                   stage.post.ops.bias ? bias.bytes() : 0, blocks);
  if (plan.bias_buffer.places * plan.bias_buffer.place_bytes >
      arch.buffers[static_cast<int>(Space::weight)].size) {
    throw MappingError(fmt::format("{}: the bias values of a block overflow the weight buffer", stage.name));
  }
  return plan;
}

}  // namespace systole
