// What other prices make of the same counts: energies before and after.
#include <fmt/format.h>

#include <algorithm>

#include "sim/report/compare/comparison.h"
#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Energies = std::vector<std::pair<std::string, double>>;

std::string table_of(const SavedRun& run) { return run.results.at("energy").at("name"); }
std::string unit_of(const SavedRun& run) { return run.results.at("energy").at("unit"); }

/// The total, then the components.
Energies energies_of(const SavedRun& run) {
  const Json& energy = run.results.at("totals").at("energy_pj");
  Energies energies = {{"total", energy.at("total").get<double>()}};
  for (const auto& [component, part] : energy.at("by_component").items())
    energies.emplace_back(component, part.get<double>());
  return energies;
}

}  // namespace

ComparedSection energies_before(const std::vector<SavedRun>& before) {
  ComparedSection section{"energy_before", "energy by component, before new prices", false, {}};
  for (size_t r = 0; r < before.size(); ++r) {
    for (const auto& [name, energy] : energies_of(before[r])) {
      const std::string unit = unit_of(before[r]);
      auto found = std::find_if(section.figures.begin(), section.figures.end(),
                                [&, key = name](const auto& f) { return f.name == key && f.unit == unit; });
      if (found == section.figures.end()) {
        section.figures.push_back({name, unit, std::vector<std::optional<double>>(before.size())});
        found = section.figures.end() - 1;
      }
      found->values[r] = energy;
    }
  }
  const auto is_zero = [](const ComparedFigure& figure) {
    return std::all_of(figure.values.begin(), figure.values.end(),
                       [](const auto& value) { return value.value_or(0) == 0; });
  };
  section.figures.erase(std::remove_if(section.figures.begin(), section.figures.end(), is_zero),
                        section.figures.end());
  return section;
}

std::string repriced_text(const std::vector<SavedRun>& before, const std::vector<SavedRun>& runs,
                          const Style& style) {
  std::string text = "\n" + style.bold("energy before and after new prices") + "\n";
  for (size_t r = 0; r < runs.size(); ++r) {
    const std::string old_unit = unit_of(before[r]), unit = unit_of(runs[r]);
    std::vector<std::vector<std::string>> rows = {
        {letter_of(r), table_of(before[r]), table_of(runs[r]), "ratio"}};
    const Energies old = energies_of(before[r]), now = energies_of(runs[r]);
    for (size_t i = 0; i < now.size(); ++i) {
      if (old[i].second == 0 && now[i].second == 0) continue;
      const bool has_ratio = unit == old_unit && old[i].second != 0;
      rows.push_back({"  " + now[i].first, energy_text(old[i].second, old_unit),
                      energy_text(now[i].second, unit),
                      has_ratio ? fmt::format("x{:.3f}", now[i].second / old[i].second) : "-"});
    }
    for (const std::string& line : aligned(rows, style.columns)) text += line + "\n";
  }
  return text;
}

}  // namespace systole
