#include "sim/energy/dram_prices.h"

namespace systole {
namespace {

/// pJ a bit: W. Dally's lectures on deep-learning hardware; HBM2: M. O'Connor et al., MICRO 2017.
double price_of_a_bit(DramEnergy energy) {
  switch (energy) {
    case DramEnergy::lpddr4:
      return 8;
    case DramEnergy::lpddr:
      return 40;
    case DramEnergy::ddr3:
      return 70;
    case DramEnergy::gddr5:
      return 14;
    case DramEnergy::hbm2:
      return 3.9;
    case DramEnergy::flat:
    case DramEnergy::currents:
      break;
  }
  return 0;
}

/// That make up a rank of a channel; 0 when the bus is no multiple of a device.
uint32_t devices(const BankedParams& banked) {
  const uint32_t bits = banked.currents.device_bits.value_or(0);
  return bits == 0 || banked.geometry.bus_bits % bits != 0 ? 0 : banked.geometry.bus_bits / bits;
}

/// Adds what one rail of all devices of a rank draws; mA * V * ns are pJ.
void add_rail(DramPrices& prices, const DramRail& rail, const DramParams& dram) {
  const DramTimings& t = dram.banked.timing;
  const DramGeometry& g = dram.banked.geometry;
  const double cycle = 1e6 / static_cast<double>(dram.clock_khz) * rail.vdd * devices(dram.banked);
  prices.activate += cycle * (rail.idd0 * (t.tras + t.trp) - rail.idd3n * t.tras - rail.idd2n * t.trp);
  prices.read += cycle * (rail.idd4r - rail.idd3n) * g.burst_cycles;
  prices.write += cycle * (rail.idd4w - rail.idd3n) * g.burst_cycles;
  // Single banks in turn cost together what all of them cost at once.
  const bool single = dram.banked.controller.refresh == DramRefresh::per_bank;
  prices.refresh += cycle * (rail.idd5ab - rail.idd3n) * t.trfc / (single ? g.banks_per_rank() : 1);
  prices.active_cycle += cycle * rail.idd3n;
  prices.idle_cycle += cycle * rail.idd2n;
}

}  // namespace

bool has_currents(const DramParams& dram) {
  const DramRail& core = dram.banked.currents.core;
  return dram.kind == DramKind::banked && core.vdd > 0 && core.idd0 > 0 && devices(dram.banked) != 0;
}

std::string rails_text(const DramParams& dram) {
  if (!has_currents(dram)) return "";
  const DramCurrents& currents = dram.banked.currents;
  return std::string("core") + (currents.wordline.vdd > 0 ? ", wordline" : "") +
         (currents.io.vdd > 0 ? ", io" : "");
}

DramPrices dram_prices(DramEnergy energy, const DramParams& dram) {
  DramPrices prices;
  prices.by_currents = energy == DramEnergy::currents;
  prices.by_bits = !prices.by_currents && energy != DramEnergy::flat;
  prices.bit = price_of_a_bit(energy);
  if (!prices.by_currents) return prices;
  const DramCurrents& currents = dram.banked.currents;
  for (const DramRail* rail : {&currents.core, &currents.wordline, &currents.io})
    add_rail(prices, *rail, dram);
  return prices;
}

}  // namespace systole
