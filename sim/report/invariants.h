#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "models/stats.h"
#include "sim/energy/price.h"
#include "sim/mapping/bounds.h"

namespace systole {

/// The first invariant these counts break, named with the figures that disagree; empty when all hold: no
/// state of a clocked module is longer than the elapsed cycles and its states sum to them, no bound is above
/// them, no bound of a stage but that of DRAM (see StageBounds) above the stage's, MACs executed are those
/// planned, bytes requested by DMA are those served by DRAM, the figures of DRAM's channels and banks sum to
/// the whole, words by tensor sum to the words of a buffer, energy by component and by tensor sum to the
/// total.
std::string broken_invariant(const MachineStats& stats, uint64_t planned_macs, const EnergyBreakdown& energy,
                             const LayerBounds& bounds);
/// How long each stage of a layer took; empty where there is one pass only. Throws std::logic_error where the
/// program had another number of barriers than its stages have ends.
std::vector<uint64_t> stage_cycles(const MachineStats& stats, const LayerBounds& bounds);

}  // namespace systole
