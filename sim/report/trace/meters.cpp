#include "sim/report/trace/meters.h"

namespace systole {
namespace {

/// The meters that a component's energy goes with.
std::vector<Meter> causes_of(Component component) {
  switch (component) {
    case Component::array:
    case Component::accumulators:
    case Component::registers:
    case Component::hops:
    case Component::index:
      return {Meter::macs};
    case Component::vector:
      return {Meter::vector_work};
    case Component::sram_input:
      return {Meter::input_accesses};
    case Component::sram_weight:
      return {Meter::weight_accesses};
    case Component::sram_output:
      return {Meter::output_accesses};
    case Component::dram:
    case Component::dram_activate:
      return {Meter::dram_read, Meter::dram_write};
    case Component::dram_read:
      return {Meter::dram_read};
    case Component::dram_write:
      return {Meter::dram_write};
    default:
      return {Meter::time};
  }
}

}  // namespace

std::vector<double> energy_over_time(const Meters& meters, const EnergyBreakdown& energy, std::size_t bins) {
  std::vector<double> spent(bins);
  const auto parts = energy.by_component();
  for (int c = 0; c < kComponentCount; ++c) {
    if (parts[c] == 0) continue;
    std::vector<Meter> causes = causes_of(static_cast<Component>(c));
    const auto total_of = [&] {
      double total = 0;
      for (Meter meter : causes) total += static_cast<double>(meters[meter].total());
      return total;
    };
    if (total_of() == 0) causes = {Meter::time};
    const double each = parts[c] / total_of();
    for (Meter meter : causes) {
      for (std::size_t bin = 0; bin < bins; ++bin) {
        spent[bin] += each * static_cast<double>(meters[meter].at(bin));
      }
    }
  }
  return spent;
}

}  // namespace systole
