#include "sim/sweep/collect.h"

#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "sim/report/sweep_shape.h"
#include "sim/sweep/pareto.h"
#include "sim/sweep/sweep_tables.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Json values_of(const SweepPoint& point) {
  Json values = Json::object();
  for (const auto& [key, text] : point.values) values[key] = text;
  return values;
}

/// What makes points comparable.
Json group_of(const SweepPoint& point) {
  Json group = Json::object();
  for (const auto& [key, text] : point.values) {
    if (key == "workload" || key == "layer" || key == "energy") group[key] = text;
  }
  return group;
}

Json done_json(const SweepPoint& point, const Json& results) {
  Json json = {{"point", point.hash}, {"status", "done"}, {"values", values_of(point)}};
  json["check"] = results.at("totals").at("check").at("status");
  json["energy_unit"] = results.at("energy").at("unit");
  Json totals = Json::object();
  for (const Objective& objective : objectives())
    totals[objective.name] = results.at("totals").at(Json::json_pointer(objective.path));
  json["totals"] = std::move(totals);
  json["pareto"] = false;
  return json;
}

/// Of a point that is not done.
Json open_json(const SweepPoint& point, const std::optional<Json>& failure) {
  Json json = {
      {"point", point.hash}, {"status", failure ? "failed" : "pending"}, {"values", values_of(point)}};
  if (failure) {
    json["kind"] = failure->at("kind");
    json["reason"] = failure->at("reason");
  }
  return json;
}

/// A point's figures, less is better; NaN where it has none.
std::vector<double> judged(const Json& point, const std::vector<std::string>& names) {
  std::vector<double> row;
  for (const std::string& name : names) {
    const Json& value = point.at("totals").at(name);
    const double figure = value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
    row.push_back(find_objective(name)->more_is_better ? -figure : figure);
  }
  return row;
}

/// Marks the front in the points and returns the group's entry.
Json judge(const Json& values, const std::vector<size_t>& members, const std::vector<std::string>& names,
           Json& points) {
  std::vector<std::vector<double>> rows;
  for (size_t member : members) rows.push_back(judged(points[member], names));
  Json front = Json::array(), best = Json::object();
  const std::vector<bool> is_front = pareto_front(rows);
  for (size_t i = 0; i < members.size(); ++i) {
    if (!is_front[i]) continue;
    points[members[i]]["pareto"] = true;
    front.push_back(points[members[i]]["point"]);
  }
  for (size_t c = 0; c < names.size(); ++c) {
    const size_t row = best_row(rows, c);
    if (row < rows.size()) best[names[c]] = points[members[row]]["point"];
  }
  return {{"values", values}, {"pareto", front}, {"best", best}};
}

}  // namespace

Json sweep_json(const std::string& name, const std::vector<std::string>& objectives,
                const SweepPoints& points, const SweepDirectory& directory, SweepTables* tables) {
  Json list = Json::array();
  std::vector<std::pair<Json, std::vector<size_t>>> groups;
  std::map<std::string, size_t> group_at;
  for (const SweepPoint& point : points.points) {
    const std::optional<PointFiles> files = directory.points().files(point.hash);
    if (!files) {
      list.push_back(open_json(point, directory.points().failure(point.hash)));
      continue;
    }
    list.push_back(done_json(point, files->results));
    if (tables != nullptr) tables->add(point, *files);
    Json group = group_of(point);
    const auto [at, is_new] = group_at.emplace(group.dump(), groups.size());
    if (is_new) groups.emplace_back(std::move(group), std::vector<size_t>{});
    groups[at->second].second.push_back(list.size() - 1);
  }
  Json set = Json::object();
  for (const auto& [path, value] : points.set) set[path] = value;
  Json judged_groups = Json::array();
  for (const auto& [values, members] : groups)
    judged_groups.push_back(judge(values, members, objectives, list));
  return {{"tool", {{"name", "systole"}, {"version", SYSTOLE_VERSION}, {"sweep_version", kSweepVersion}}},
          {"name", name},
          {"set", set},
          {"objectives", objectives},
          {"combinations", points.combinations},
          {"left_out", points.left_out},
          {"identical", points.identical},
          {"points", std::move(list)},
          {"groups", judged_groups}};
}

}  // namespace systole
