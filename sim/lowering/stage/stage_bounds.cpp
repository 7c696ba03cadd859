#include "sim/lowering/stage/stage_bounds.h"

#include <algorithm>

namespace systole {
namespace {

/// Where the places of one tap may be another's.
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

/// Items whose tap `tap` holds something.
uint64_t items_held(const StageAxis& axis, uint32_t items, uint32_t tap) {
  if (axis.extent == 0) return items;
  if (axis.step == 0) return axis.holds(0, tap) ? items : 0;
  const int64_t shift = axis.coordinate(0, tap), step = axis.step;
  const auto items_before = [&](int64_t coordinate) {
    return std::clamp<int64_t>((coordinate - shift + step - 1) / step, 0, items);
  };
  return static_cast<uint64_t>(items_before(axis.extent) - items_before(0));
}

/// Distinct places along an axis that hold something.
uint64_t places_of(const StageAxis& axis, uint32_t items) {
  const bool apart = axis.item_pitch > 0 && (axis.taps == 1 || items * axis.item_pitch <= axis.tap_pitch);
  if (!apart) return listed_places(axis, items);
  uint64_t places = 0;
  for (uint32_t tap = 0; tap < axis.taps; ++tap) places += items_held(axis, items, tap);
  return places;
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
