#include "sim/sweep/sweep_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sim/report/terminal/table.h"
#include "sim/report/terminal/units.h"
#include "sim/report/terminal/wrap.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostRows = 20;
constexpr size_t kMostFailures = 5;

std::string amount(const std::string& objective, const Json& point) {
  const Json& value = point.at("totals").at(objective);
  if (!value.is_number()) return "-";
  const auto number = value.get<double>();
  if (objective == "cycles") return grouped(value.get<uint64_t>());
  if (objective == "seconds") return engineering(number, "s");
  if (objective == "edp") return engineering(number, "J s");
  if (objective == "power_w") return engineering(number, "W");
  if (objective == "dram_bus_bytes") return engineering(number, "B");
  if (objective == "energy") {
    const auto unit = point.at("energy_unit").get<std::string>();
    return unit == "pJ" ? engineering(number * 1e-12, "J") : engineering(number, unit);
  }
  return fmt::format("{:.4g}", number);
}

/// The last words of a key that no other key ends in: "rows" for pe_array.rows, "input.size" beside
/// buffers.weight.size.
std::string short_name(const std::string& key, const Json& values) {
  const auto is_shared = [&](const std::string& end) {
    for (const auto& [other, value] : values.items()) {
      if (other != key && ("." + other).size() >= end.size() &&
          ("." + other).compare(("." + other).size() - end.size(), end.size(), end) == 0)
        return true;
    }
    return false;
  };
  for (size_t at = key.rfind('.'); at != std::string::npos && at > 0; at = key.rfind('.', at - 1)) {
    if (!is_shared(key.substr(at))) return key.substr(at + 1);
  }
  return key;
}

/// "rows 8, dataflow weight_stationary" without what the whole group shares.
std::string described(const Json& values, const Json& shared) {
  std::string text;
  for (const auto& [key, value] : values.items()) {
    if (shared.contains(key)) continue;
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", short_name(key, values), value.get<std::string>());
  }
  return text;
}

/// Values that are the same at all points.
Json shared_values(const Json& points) {
  Json shared = points.empty() ? Json::object() : points.front().at("values");
  for (const Json& point : points) {
    for (const auto& [key, value] : point.at("values").items()) {
      if (shared.contains(key) && shared[key] != value) shared.erase(key);
    }
  }
  return shared;
}

class Summary {
 public:
  Summary(const Json& sweep, const Style& style)
      : sweep_(sweep), style_(style), shared_(shared_values(sweep.at("points"))) {
    for (const Json& point : sweep.at("points")) points_[point.at("point")] = &point;
  }

  std::string text() const {
    std::string text;
    for (const Json& group : sweep_.at("groups")) text += group_text(group) + "\n";
    return text + failures();
  }

 private:
  std::string group_text(const Json& group) const {
    const auto& objectives = sweep_.at("objectives");
    std::string names;
    for (const Json& name : objectives) names += (names.empty() ? "" : ", ") + name.get<std::string>();
    const std::string of = described(group.at("values"), shared_);
    std::string text =
        style_.bold(
            wrapped(fmt::format("Pareto front of {}{}", names, of.empty() ? "" : ": " + of), style_, 2)) +
        "\n";

    Json known = shared_;
    known.update(group.at("values"));
    std::vector<std::vector<std::string>> rows = {{"point"}};
    for (const Json& name : objectives) rows.front().push_back(name);
    rows.front().emplace_back("best of");
    auto front = group.at("pareto").get<std::vector<std::string>>();
    const size_t hidden = front.size() > kMostRows ? front.size() - kMostRows : 0;
    std::stable_sort(front.begin(), front.end(), [&](const std::string& a, const std::string& b) {
      const Json& name = objectives.front();
      return points_.at(a)->at("totals").at(name) < points_.at(b)->at("totals").at(name);
    });
    front.resize(front.size() - hidden);
    for (const std::string& hash : front) rows.push_back(row_of(hash, group));
    const std::vector<std::string> lines = aligned(rows, style_.columns);
    text += style_.dim(lines.front()) + "\n";
    for (size_t i = 1; i < lines.size(); ++i) {
      const std::string what = described(points_.at(front[i - 1])->at("values"), known);
      text += lines[i] + "\n" + (what.empty() ? "" : style_.dim(wrapped("  " + what, style_, 4)) + "\n");
    }
    if (hidden > 0) text += style_.dim(fmt::format("and {} more, see sweep.json", hidden)) + "\n";
    return text;
  }

  std::vector<std::string> row_of(const std::string& hash, const Json& group) const {
    const Json& point = *points_.at(hash);
    std::vector<std::string> row = {hash};
    std::string best;
    for (const Json& name : sweep_.at("objectives")) {
      row.push_back(amount(name, point));
      if (group.at("best").value(name.get<std::string>(), "") == hash)
        best += (best.empty() ? "" : ", ") + name.get<std::string>();
    }
    row.push_back(best);
    return row;
  }

  std::string failures() const {
    std::string text;
    size_t count = 0;
    for (const Json& point : sweep_.at("points")) {
      if (point.at("status") != "failed" || ++count > kMostFailures) continue;
      const auto kind = point.at("kind").get<std::string>();
      const std::string line = wrapped(fmt::format("{} {}: {}", kind, described(point.at("values"), shared_),
                                                   point.at("reason").get<std::string>()),
                                       style_, 2);
      text += style_.red(kind) + line.substr(kind.size()) + "\n";
    }
    if (count > kMostFailures)
      text += fmt::format("and {} more failed, see sweep.json\n", count - kMostFailures);
    return text;
  }

  const Json& sweep_;
  const Style& style_;
  const Json shared_;
  std::map<std::string, const Json*> points_;
};

}  // namespace

std::string sweep_summary(const Json& sweep, const Style& style) { return Summary(sweep, style).text(); }

}  // namespace systole
