#include <catch2/catch.hpp>

#include "sim/config/config.h"
#include "sim/energy/price.h"

namespace systole {

TEST_CASE("currents give DRAMsim3's energies for its counts") {
  // DDR4-2400, a sequential read of 1 MiB in 84933 cycles: 142 activates, 16384 reads, 18 refreshes; in nJ
  // 490, 48042 and 12469, at a clock of 0.83 ns in the place of 0.8333.
  const DramPrices prices = dram_prices(DramEnergy::currents, load_dram("ddr4_2400", {}));
  CHECK(142 * prices.activate == Approx(490e3).epsilon(0.01));
  CHECK(16384 * prices.read == Approx(48042e3).epsilon(0.01));
  CHECK(18 * prices.refresh == Approx(12469e3).epsilon(0.01));
  const DramPrices hbm2 = dram_prices(DramEnergy::currents, load_dram("hbm2", {}));
  CHECK(584 * hbm2.activate == Approx(484e3).epsilon(0.01));
  CHECK(16384 * hbm2.read == Approx(13173e3).epsilon(0.01));
  CHECK(9 * hbm2.refresh == Approx(548e3).epsilon(0.01));
}

TEST_CASE("each way of pricing DRAM fills its own components, and all sum to the total") {
  MachineStats counts;
  counts.load.bus_bytes[static_cast<int>(Tensor::input)] = 640;
  counts.store.bus_bytes[static_cast<int>(Tensor::output)] = 64;
  counts.dram.total.reads = 10, counts.dram.total.writes = 1, counts.dram.total.activates = 2;
  counts.dram.total.refreshes = 1, counts.dram.total.active_rank_cycles = 100,
  counts.dram.total.idle_rank_cycles = 50;
  EnergyTable table;
  table.sram = {{uint64_t{1} << 30, 0}};
  table.dram_64b = 1200;
  const auto part = [&](DramEnergy energy, Component component) {
    const EnergyBreakdown priced =
        price(counts, table, ProductFormats{}, {1, 1, 1}, dram_prices(energy, load_dram("ddr4_3200", {})));
    return priced.by_component()[static_cast<int>(component)];
  };
  CHECK(part(DramEnergy::flat, Component::dram) == Approx(88 * 1200));
  CHECK(part(DramEnergy::lpddr4, Component::dram) == Approx(704 * 8 * 8));
  CHECK(part(DramEnergy::hbm2, Component::dram) == Approx(704 * 8 * 3.9));
  CHECK(part(DramEnergy::currents, Component::dram) == 0);
  const DramPrices prices = dram_prices(DramEnergy::currents, load_dram("ddr4_3200", {}));
  CHECK(part(DramEnergy::currents, Component::dram_read) == Approx(10 * prices.read));
  CHECK(part(DramEnergy::currents, Component::dram_write) == Approx(prices.write));
  CHECK(part(DramEnergy::currents, Component::dram_activate) == Approx(2 * prices.activate));
  CHECK(part(DramEnergy::currents, Component::dram_background) ==
        Approx(100 * prices.active_cycle + 50 * prices.idle_cycle));
  CHECK(prices.idle_cycle < prices.active_cycle);
}

TEST_CASE("a bit costs the same on a bus of any width") {
  // DDR4-3200: 8 devices * 1.2 V * (168 - 52) mA * 4 cycles of 0.625 ns = 2784 pJ for the 512 bits of a
  // burst.
  const auto bit = [](const char* preset, const char* bus_bits, uint32_t bits_of_a_burst) {
    const DramParams dram = load_dram(preset, {{"bus_bits", bus_bits}});
    return dram_prices(DramEnergy::currents, dram).read / bits_of_a_burst;
  };
  CHECK(bit("ddr4_3200", "64", 512) == Approx(5.4375));
  CHECK(bit("ddr4_3200", "128", 1024) == Approx(5.4375));
  CHECK(bit("ddr4_3200", "8", 64) == Approx(5.4375));
  // LPDDR4-3200: 1.1 V * 245 mA of the main supply, none of the word lines', 1.1 V * 149.25 mA of the pins':
  // 8 cycles of 0.625 ns for the 256 bits of one device.
  CHECK(bit("lpddr4_3200", "16", 256) == Approx(1.1 * (245 + 149.25) * 5 / 256));
  CHECK(bit("lpddr4_3200", "32", 512) == Approx(1.1 * (245 + 149.25) * 5 / 256));
}

TEST_CASE("currents are refused where there are none") {
  CHECK_THROWS_AS(load_arch("edge_16x16", {{"dram_energy", "currents"}, {"dram", "hbm3"}}), UserError);
  CHECK_THROWS_AS(load_arch("edge_16x16", {{"dram_energy", "currents"}, {"dram", "ideal"}}), UserError);
  CHECK_NOTHROW(load_arch("edge_16x16", {{"dram_energy", "currents"}}));
  const auto refused = [](const std::vector<Override>& more) {
    std::vector<Override> keys = {{"dram_energy", "currents"}, {"dram", "ddr4_3200"}};
    keys.insert(keys.end(), more.begin(), more.end());
    CHECK_THROWS_AS(load_arch("edge_16x16", keys), UserError);
  };
  refused({{"dram", "{preset: hbm2, bus_bits: 64}"}});              // half a device
  refused({{"dram.rows", "131072"}, {"dram.timing.trfc", "880"}});  // those of a smaller one
  refused({{"dram.currents.device_bits", "3"}});
}

}  // namespace systole
