#include "sim/report/rates.h"

#include <stdexcept>

#include "sim/config/names.h"
#include "sim/report/named.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// Rates in cycles of the memory's clock; null in models without banks.
void derive_queueing(Json& dram) {
  const double bus = sum_of(dram["bus_cycles"]);
  if (bus > 0) {
    dram["queued_reads"] = dram["queued_read_cycles"].get<double>() / bus;
    dram["queued_writes"] = dram["queued_write_cycles"].get<double>() / bus;
  }
  Json& latency = dram["read_latency"];
  const auto reads = latency["reads"].get<double>();
  if (reads > 0) latency["average"] = latency["cycles"].get<double>() / reads;
}

}  // namespace

MachineRates rates_of(const AcceleratorParams& arch, EnergyUnit unit) {
  MachineRates rates{arch.clock_khz, {}, unit};
  for (const Format format : formats()) {
    rates.peak_macs_per_cycle[static_cast<int>(format)] =
        arch.pe_array.taking({format, format, format}).peak_macs_per_cycle();
  }
  return rates;
}

uint64_t peak_macs_per_cycle(const Json& entry, const MachineRates& rates) {
  const auto format = [&](const char* operand) {
    const auto named = format_named(entry.at("inner_formats").at(operand).get_ref<const std::string&>());
    if (!named) throw std::logic_error("an entry of results names no format");
    return *named;
  };
  return rates.peak_macs_per_cycle[static_cast<int>(wider_of(format("input"), format("weight")))];
}

void derive_rates(Json& entry, const MachineRates& rates) {
  derive_rates(entry, rates,
               entry["cycles"].get<double>() * static_cast<double>(peak_macs_per_cycle(entry, rates)));
}

void derive_rates(Json& entry, const MachineRates& rates, double peak) {
  const auto cycles = entry["cycles"].get<double>();
  if (cycles <= 0) return;
  const double seconds = cycles / (static_cast<double>(rates.clock_khz) * 1e3);
  const auto macs = entry["macs"].get<double>();
  entry["seconds"] = seconds;
  entry["utilization"] = macs / peak;
  entry["array_utilization"] = entry["ops"]["array"]["multiplies"].get<double>() / peak;

  Json& dram = entry["dram"];
  const auto bus = dram["bus_bytes"].get<double>();
  if (bus > 0) dram["burst_efficiency"] = (sum_of(dram["read_bytes"]) + sum_of(dram["write_bytes"])) / bus;
  const auto hits = dram["row_hits"].get<double>();
  const double rows = hits + dram["row_misses"].get<double>() + dram["row_conflicts"].get<double>();
  if (rows > 0) dram["row_hit_rate"] = hits / rows;
  derive_queueing(dram);
  dram["bandwidth_gbps"] = bus / seconds / 1e9;

  const double joules = entry["energy_pj"]["total"].get<double>() * 1e-12;
  for (const char* key : {"power_w", "tops_per_w", "edp"}) entry[key] = nullptr;
  if (rates.energy_unit != EnergyUnit::pj) return;
  entry["power_w"] = joules / seconds;
  if (joules > 0) entry["tops_per_w"] = 2 * macs / joules / 1e12;
  entry["edp"] = joules * seconds;
}

}  // namespace systole
