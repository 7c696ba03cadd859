#include "sim/report/terminal/verdict.h"

#include <fmt/format.h>

#include "models/stats.h"
#include "sim/report/terminal/units.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

std::string bound_line(const Json& entry) {
  const auto cycles = entry["cycles"].get<uint64_t>();
  std::string name;
  uint64_t highest = 0;
  for (const auto& [key, label] :
       {std::pair("compute_cycles", "compute"), {"dram_cycles", "DRAM"}, {"sram_cycles", "SRAM"}}) {
    const auto bound = entry["bounds"][key].get<uint64_t>();
    if (bound <= highest) continue;
    highest = bound;
    name = label;
  }
  if (highest == 0) return fmt::format("simulated: {} cycles", cycles);
  return fmt::format("simulated: {} cycles, {:.3f} times the {} bound of {}", cycles,
                     static_cast<double>(cycles) / static_cast<double>(highest), name, highest);
}

std::string states_line(const Json& entry) {
  std::string line = "PE array:";
  for (const char* state : kActivityNames) {
    line += fmt::format("{} {} {} %", line.back() == ':' ? "" : ",", state,
                        percent(entry["pe_array"][state].get<double>() / entry["cycles"].get<double>()));
  }
  return line;
}

}  // namespace

std::vector<std::string> verdict_of(const Json& entry, const std::string& energy_unit) {
  std::string energy = "energy: " + energy_text(entry["energy_pj"]["total"].get<double>(), energy_unit);
  if (entry["power_w"].is_number()) energy += "; power " + engineering(entry["power_w"].get<double>(), "W");
  if (entry["tops_per_w"].is_number())
    energy += fmt::format("; {:.3g} TOPS/W", entry["tops_per_w"].get<double>());
  if (entry["edp"].is_number())
    energy += fmt::format("; EDP {}", engineering(entry["edp"].get<double>(), "J s"));
  return {bound_line(entry), states_line(entry),
          fmt::format("utilization {} %; DRAM {:.2f} GB/s", percent(entry["utilization"].get<double>()),
                      entry["dram"]["bandwidth_gbps"].get<double>()),
          energy};
}

}  // namespace systole
