#include "sim/lowering/stage/stage_bounds.h"

#include <algorithm>

namespace systole {
namespace {

uint64_t listed_places(const StageAxis& axis, uint32_t items) {
  std::vector<int64_t> offsets;
  for (uint32_t item = 0; item < items; ++item) {
    for (uint32_t tap = 0; tap < axis.taps; ++tap) {
      if (axis.holds(item, tap)) offsets.push_back(axis.offset(item, tap));
    }
  }
  std::sort(offsets.begin(), offsets.end());
  return static_cast<uint64_t>(std::unique(offsets.begin(), offsets.end()) - offsets.begin());
}

/// Distinct places along an axis that hold something. Far from both ends every further item adds as many: of
/// a long axis the middle is left out and counted in once the rest is known.
uint64_t places_of(const StageAxis& axis, uint32_t items) {
  constexpr uint32_t kListed = 1 << 14;
  if (items <= kListed) return listed_places(axis, items);
  const uint32_t left_out = items - kListed;
  const auto without = [&axis](uint32_t count) {
    StageAxis shorter = axis;
    if (axis.extent != 0) shorter.extent -= count * axis.step;
    return shorter;
  };
  const uint64_t rest = listed_places(without(left_out), kListed);
  return rest + left_out * (listed_places(without(left_out - 1), kListed + 1) - rest);
}

/// Distinct elements that the side's items touch.
uint64_t elements_of(const StageSide& side, const std::array<uint32_t, 5>& items) {
  const auto along = [](int64_t pitch, uint32_t count) { return pitch == 0 ? 1 : uint64_t{count}; };
  return along(side.outer_pitch[0], items[0]) * along(side.outer_pitch[1], items[1]) *
         places_of(side.vertical, items[2]) * places_of(side.horizontal, items[3]) *
         along(side.inner_pitch, items[4]);
}

/// A group of lanes takes a cycle for each register in, each step and each register out, in a pipeline.
uint64_t vector_cycles(const TransformStage& stage, uint64_t stored, const VectorUnitParams& unit) {
  uint64_t items = 1;
  for (uint32_t extent : stage.items) items *= extent;
  const LaneProgram& program = *stage.program;
  const uint64_t of_group =
      std::max<uint64_t>({program.inputs, program.cycles(unit.special_cycles), program.outputs.size()});
  const uint64_t post =
      stage.post.ops.any() ? div_up(stored, unit.lanes) * stage.post.program->cycles(unit.special_cycles) : 0;
  return div_up(items, unit.lanes) * of_group + post;
}

}  // namespace

Bounds stage_bounds(const TransformStage& stage, const AcceleratorParams& arch) {
  const uint64_t source = elements_of(stage.source, stage.items),
                 target = elements_of(stage.target, stage.items);
  const uint64_t read = source * stage.source.bits() / 8,
                 written = target * traits_of(stage.stored()).bits / 8;
  Bounds bounds = transfer_bounds({read, written}, arch);
  bounds.vector_cycles = vector_cycles(stage, target, arch.vector_unit);
  bounds.sram_cycles =
      std::max(buffer_cycles(arch.buffers[0], read, read), buffer_cycles(arch.buffers[2], written, written));
  return bounds;
}

Bounds stage_bounds(const ProductStage& stage, const AcceleratorParams& arch, Dataflow dataflow) {
  return lower_bounds(stage.problem, arch, dataflow, Residency::dram);
}

}  // namespace systole
