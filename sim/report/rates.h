#pragma once
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "models/accelerator_params.h"
#include "sim/energy/energy_table.h"

namespace systole {

/// What turns counts into rates.
struct MachineRates {
  uint64_t clock_khz = 0;
  std::array<uint64_t, kFormatCount> peak_macs_per_cycle{};  ///< by the wider of the operands' formats
  EnergyUnit energy_unit = EnergyUnit::pj;
};

MachineRates rates_of(const AcceleratorParams& arch, EnergyUnit unit);

/// Fills in what follows from the counts of a layer's entry, or, with `peak_macs`, of the totals: seconds,
/// utilizations, burst efficiency, hit rate, bandwidth, power, TOPS/W (two operations a MAC) and the
/// energy-delay product in J s. What has no meaning (a hit rate without rows, watts of a relative table)
/// stays null.
void derive_rates(nlohmann::ordered_json& entry, const MachineRates& rates);
/// `peak_macs`: what the array could have multiplied in the entry's cycles.
void derive_rates(nlohmann::ordered_json& entry, const MachineRates& rates, double peak_macs);
/// What the array multiplies in a cycle at most, of a layer's entry.
uint64_t peak_macs_per_cycle(const nlohmann::ordered_json& entry, const MachineRates& rates);

/// `totals` of results.json: the sums of the layers' winning entries, each times its `repeat`, the rates they
/// give, the largest workspace, and the check of all entries.
nlohmann::ordered_json totals_of(const nlohmann::ordered_json& layers, const MachineRates& rates);

}  // namespace systole
