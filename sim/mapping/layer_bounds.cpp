#include <fmt/format.h>

#include <algorithm>

#include "sim/mapping/bounds.h"

namespace systole {
namespace {

/// Bytes of writes that a memory may have acknowledged and not yet moved.
uint64_t queued_bytes(const DramParams& dram) {
  if (dram.kind != DramKind::banked) return 0;
  const DramGeometry& geometry = dram.banked.geometry;
  const DramController& controller = dram.banked.controller;
  return geometry.channels * geometry.burst_bytes() *
         (controller.write_queue + uint64_t{controller.bank_queue} * geometry.banks_per_channel());
}

}  // namespace

const BoundKind& tightest(const Bounds& bounds) {
  return *std::max_element(
      kBoundKinds.begin(), kBoundKinds.end(),
      [&](const BoundKind& a, const BoundKind& b) { return bounds.*a.cycles < bounds.*b.cycles; });
}

std::string bounds_text(const Bounds& bounds) {
  std::string text;
  for (const BoundKind& kind : kBoundKinds) {
    const uint64_t cycles = bounds.*kind.cycles;
    if (cycles == 0) continue;
    text += text.empty() ? fmt::format("{} {} cycles", kind.label, cycles)
                         : fmt::format(", {} {}", kind.label, cycles);
  }
  return text.empty() ? "none" : text;
}

std::string bound_line(const Bounds& bounds, const char* scope) {
  const BoundKind& kind = tightest(bounds);
  return fmt::format("bound by {}: at least {} cycles, {}", kind.label, bounds.*kind.cycles, scope);
}

LayerBounds bounds_of_one_pass(const Bounds& whole) { return {whole, {}, whole.*tightest(whole).cycles}; }

LayerBounds bounds_of_stages(std::vector<StageBounds> stages, uint64_t dram_cycles,
                             const AcceleratorParams& arch) {
  LayerBounds bounds;
  for (const StageBounds& stage : stages) {
    for (const BoundKind& kind : kBoundKinds) bounds.whole.*kind.cycles += stage.bounds.*kind.cycles;
    bounds.least_cycles += stage.bounds.*tightest(stage.bounds).cycles;
  }
  bounds.whole.dram_cycles = dram_cycles;
  // At each end of a stage, writes may wait that move in the next one's time, and that the next one may read
  // without the bus.
  const double rate = arch.dram.kind == DramKind::ideal ? 1 : dram_bytes_per_cycle(arch);
  const auto queued =
      static_cast<uint64_t>(2.0 * static_cast<double>(queued_bytes(arch.dram) * (stages.size() - 1)) / rate);
  bounds.least_cycles = std::max(bounds.least_cycles - std::min(bounds.least_cycles, queued),
                                 bounds.whole.*tightest(bounds.whole).cycles);
  bounds.stages = std::move(stages);
  return bounds;
}

BoundLabel label_of(const LayerBounds& bounds, const std::vector<uint64_t>& stage_cycles) {
  if (bounds.stages.empty()) return {&tightest(bounds.whole), nullptr};
  const auto longest = std::max_element(stage_cycles.begin(), stage_cycles.end());
  const StageBounds& stage = bounds.stages[static_cast<size_t>(longest - stage_cycles.begin())];
  return {&tightest(stage.bounds), &stage};
}

std::vector<uint64_t> least_stage_cycles(const LayerBounds& bounds) {
  std::vector<uint64_t> least;
  for (const StageBounds& stage : bounds.stages) least.push_back(stage.bounds.*tightest(stage.bounds).cycles);
  return least;
}

}  // namespace systole
