#pragma once
// How the DRAM is priced: by the energy table's flat figure for 64 bits, by a figure a bit, or by what its
// devices draw.
#include <array>
#include <cstdint>
#include <string>

#include "models/memory/params.h"

namespace systole {

enum class DramEnergy : uint8_t { flat, currents, lpddr4, lpddr, ddr3, gddr5, hbm2 };
inline constexpr int kDramEnergyCount = 7;
inline constexpr std::array<const char*, kDramEnergyCount> kDramEnergyNames = {
    "flat", "currents", "lpddr4", "lpddr", "ddr3", "gddr5", "hbm2"};

/// In pJ. Exactly one way of counting holds.
struct DramPrices {
  bool by_currents = false;
  bool by_bits = false;
  double bit = 0;  ///< a bit on the bus
  /// An activate and its precharge, a burst read, a burst written, a refresh.
  double activate = 0, read = 0, write = 0, refresh = 0;
  /// A cycle of the memory's clock of a rank with a bank open, and with none.
  double active_cycle = 0, idle_cycle = 0;
};

DramPrices dram_prices(DramEnergy energy, const DramParams& dram);
/// False for a memory whose currents nobody gave.
bool has_currents(const DramParams& dram);
/// The supplies whose currents are given, as "core, wordline, io"; empty when there are none.
std::string rails_text(const DramParams& dram);

}  // namespace systole
