#include "sim/report/terminal/verdict.h"

#include <fmt/format.h>

#include "models/stats.h"
#include "sim/mapping/bounds.h"
#include "sim/report/terminal/bus_text.h"
#include "sim/report/terminal/units.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

std::string label_of_bound(const std::string& key) {
  for (const BoundKind& kind : kBoundKinds) {
    if (key == kind.key) return kind.label;
  }
  return key;
}

std::string simulated_line(const Json& entry) {
  const auto cycles = entry["cycles"].get<uint64_t>();
  const Json& bound = entry["bound"];
  const auto least = bound["cycles"].get<uint64_t>();
  if (least == 0) return fmt::format("simulated: {} cycles", cycles);
  const std::string ratio = fmt::format("{:.3f}", static_cast<double>(cycles) / static_cast<double>(least));
  const std::string label = label_of_bound(bound["by"].get<std::string>());
  if (bound["stage"].is_null())
    return fmt::format("simulated: {} cycles, {} times the {} bound of {}", cycles, ratio, label, least);
  return fmt::format("simulated: {} cycles, {} times the least time of all stages, {}", cycles, ratio, least);
}

/// How long each stage took, and which limit it came closest to.
std::vector<std::string> stage_lines(const Json& entry) {
  std::vector<std::string> lines;
  const Json& bound = entry["bound"];
  for (const Json& stage : entry["stages"]) {
    lines.push_back(fmt::format(
        "stage '{}': {} cycles{}", stage["name"].get<std::string>(), stage["cycles"].get<uint64_t>(),
        stage["name"] == bound["stage"]
            ? ", the longest, bound by " + label_of_bound(bound["by"].get<std::string>())
            : ""));
  }
  return lines;
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
  std::vector<std::string> lines = stage_lines(entry);
  lines.insert(lines.begin(), simulated_line(entry));
  lines.push_back(states_line(entry));
  lines.push_back(fmt::format("utilization {} %; {}", percent(entry["utilization"].get<double>()),
                              bus_text(entry["dram"])));
  lines.push_back(energy);
  return lines;
}

}  // namespace systole
