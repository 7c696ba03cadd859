#include "sim/sweep/collect.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "sim/report/atomic_file.h"
#include "sim/report/csv.h"
#include "sim/report/summary_csv.h"
#include "sim/report/sweep_shape.h"
#include "sim/sweep/pareto.h"

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

Json point_json(const SweepPoint& point, const SweepDirectory& directory) {
  Json json = {{"point", point.hash}, {"status", "pending"}, {"values", values_of(point)}};
  if (directory.points().is_done(point.hash)) {
    const Json results = directory.points().results(point.hash);
    json["status"] = "done";
    json["check"] = results.at("totals").at("check").at("status");
    json["energy_unit"] = results.at("energy").at("unit");
    Json totals = Json::object();
    for (const Objective& objective : objectives())
      totals[objective.name] = results.at("totals").at(Json::json_pointer(objective.path));
    json["totals"] = totals;
    json["pareto"] = false;
  } else if (const auto failure = directory.points().failure(point.hash)) {
    json["status"] = "failed";
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

/// A CSV row: which point and layer, what varies, the figures.
Json csv_entry(const SweepPoint& point, const std::vector<std::string>& keys, const Json& layer) {
  Json entry = {{"point", point.hash}};
  for (const std::string& key : keys) {
    if (key != "layer" && !layer.contains(key)) entry[key] = point.value(key);
  }
  if (layer.contains("name")) entry["layer"] = layer.at("name");
  for (const auto& [key, value] : layer.items()) {
    if (key != "name") entry[key] = value;
  }
  return entry;
}

/// A file that is being written, and what it shows of a layer.
struct CsvFile {
  AtomicFile place;
  Json (*figures)(const Json& layer);
  CsvColumns columns = {};
};

Json all_figures(const Json& layer) { return layer; }

/// The entries of all points that are done, in columns that hold every figure of any.
void write_csv(const SweepPoints& points, const SweepDirectory& directory,
               const std::function<Json(const std::string& hash)>& results,
               const std::vector<std::string>& keys, const std::vector<CsvFile*>& files) {
  const auto for_all = [&](const std::function<void(CsvFile & file, const Json& entry)>& take) {
    for (const SweepPoint& point : points.points) {
      if (!directory.points().is_done(point.hash)) continue;
      const Json held = results(point.hash);
      for (const Json& layer : held.at("layers")) {
        for (CsvFile* file : files) take(*file, csv_entry(point, keys, file->figures(layer)));
      }
    }
  };
  for_all([](CsvFile& file, const Json& entry) { file.columns.add(entry); });
  for (CsvFile* file : files) file->place.write(file->columns.header());
  for_all([](CsvFile& file, const Json& entry) { file.place.write(file.columns.row(entry)); });
  for (CsvFile* file : files) file->place.commit();
}

std::vector<std::string> keys_of(const SweepPoints& points) {
  std::vector<std::string> keys;
  for (const SweepPoint& point : points.points) {
    for (const auto& [key, text] : point.values) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace

Json sweep_json(const std::string& name, const std::vector<std::string>& objectives,
                const SweepPoints& points, const SweepDirectory& directory) {
  Json list = Json::array();
  std::vector<std::pair<Json, std::vector<size_t>>> groups;
  for (const SweepPoint& point : points.points) {
    list.push_back(point_json(point, directory));
    if (list.back()["status"] != "done") continue;
    const Json group = group_of(point);
    auto found =
        std::find_if(groups.begin(), groups.end(), [&group](const auto& g) { return g.first == group; });
    if (found == groups.end()) {
      groups.emplace_back(group, std::vector<size_t>{});
      found = groups.end() - 1;
    }
    found->second.push_back(list.size() - 1);
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
          {"points", list},
          {"groups", judged_groups}};
}

void write_csv_files(const SweepPoints& points, const SweepDirectory& directory) {
  const PointFolder& folder = directory.points();
  const auto in = [&directory](const char* name) { return AtomicFile(directory.path() / name); };
  CsvFile all{in("sweep.csv"), all_figures}, summary{in("summary.csv"), summary_entry},
      host{in("host.csv"), all_figures};
  write_csv(points, directory, [&](const std::string& hash) { return folder.results(hash); }, keys_of(points),
            {&all, &summary});
  write_csv(points, directory, [&](const std::string& hash) { return folder.host(hash); }, {}, {&host});
}

}  // namespace systole
