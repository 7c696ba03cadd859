#include <cmath>

#include "sim/report/compare/comparison.h"
#include "sim/report/csv.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// Counts stay whole numbers.
Json exact(double value) {
  constexpr double kLargestExact = 9007199254740992.0;
  if (value == std::floor(value) && std::abs(value) < kLargestExact) return static_cast<int64_t>(value);
  return value;
}

}  // namespace

std::string comparison_csv(const std::vector<SavedRun>& runs, const std::vector<ComparedSection>& sections) {
  Json rows = Json::array();
  for (const ComparedSection& section : sections) {
    for (const ComparedFigure& figure : section.figures) {
      const std::optional<double> first = figure.values.front();
      for (size_t r = 0; r < runs.size(); ++r) {
        Json row = {{"section", section.key}, {"figure", figure.name}, {"unit", figure.unit},
                    {"run", runs[r].name},    {"value", nullptr},      {"difference", nullptr},
                    {"ratio", nullptr}};
        const std::optional<double> value = figure.values[r];
        if (value) row["value"] = exact(*value);
        if (value && first) row["difference"] = exact(*value - *first);
        if (value && first && *first != 0) row["ratio"] = exact(*value / *first);
        rows.push_back(std::move(row));
      }
    }
  }
  return layers_csv(rows);
}

}  // namespace systole
