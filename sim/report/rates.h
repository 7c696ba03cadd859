#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>

#include "models/accelerator_params.h"
#include "sim/energy/energy_table.h"

namespace systole {

/// What turns counts into rates.
struct MachineRates {
  uint64_t clock_khz = 0, peak_macs_per_cycle = 0;
  EnergyUnit energy_unit = EnergyUnit::pj;
};

MachineRates rates_of(const AcceleratorParams& arch, EnergyUnit unit);

/// Fills in what follows from the counts of a layer's entry or of the totals: seconds, utilizations,
/// burst efficiency, hit rate, bandwidth, power, TOPS/W (two operations a MAC) and the energy-delay product
/// in J s. What has no meaning (a hit rate without rows, watts of a relative table) stays null.
void derive_rates(nlohmann::ordered_json& entry, const MachineRates& rates);

/// `totals` of results.json: the sums of the layers' winning entries, each times its `repeat`, the rates they
/// give, the largest workspace, and the check of all entries.
nlohmann::ordered_json totals_of(const nlohmann::ordered_json& layers, const MachineRates& rates);

}  // namespace systole
