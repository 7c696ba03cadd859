// What a transform has to move at the least, against places listed one by one.
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "sim/lowering/stage/stage_bounds.h"

namespace systole {
namespace {

uint64_t distinct_places(const StageAxis& axis, uint32_t items) {
  std::set<int64_t> places;
  for (uint32_t item = 0; item < items; ++item) {
    for (uint32_t tap = 0; tap < axis.taps; ++tap) {
      if (axis.holds(item, tap)) places.insert(axis.offset(item, tap));
    }
  }
  return places.size();
}

}  // namespace

TEST_CASE("a transform moves each place of its source once at the least", "[bounds]") {
  std::mt19937 random(11);
  const auto draw = [&](uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(random()) % (high - low + 1);
  };
  AcceleratorParams arch;
  arch.dram.kind = DramKind::ideal;
  arch.dma.ports = 1;
  arch.dma.burst_bytes = arch.dram.burst_bytes = 4;  // an fp32 number a cycle
  for (int round = 0; round < 600; ++round) {
    const uint32_t items = draw(1, 12), taps = draw(1, 4);
    const StageAxis axes[] = {
        StageAxis::windows(taps, draw(1, 5), draw(1, 5), draw(0, 6), draw(1, 40), draw(1, 3)),
        StageAxis::blocks(taps, items, draw(1, items * taps), draw(1, 3)),
        StageAxis::planes(taps, draw(0, 3), draw(0, 40)), StageAxis::planes(1, draw(0, 3), 0)};
    const StageAxis& axis = axes[draw(0, 3)];
    TransformStage stage;
    auto program = std::make_shared<LaneProgram>();
    program->registers = program->inputs = static_cast<uint16_t>(taps);
    stage.program = program;
    stage.items = {1, 1, items, 1, 1};
    stage.source.vertical = axis;
    stage.source.horizontal = stage.target.vertical = stage.target.horizontal = StageAxis::planes(1, 0, 0);
    CHECK(stage_bounds(stage, arch).dma_cycles == std::max<uint64_t>(1, distinct_places(axis, items)));
  }
}

}  // namespace systole
