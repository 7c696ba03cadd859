#include "sim/sweep/sweep_tables.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "sim/report/summary_csv.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys_of(const SweepPoints& points) {
  std::vector<std::string> keys;
  for (const SweepPoint& point : points.points) {
    for (const auto& [key, text] : point.values) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

/// Which point and layer, what varies, the figures.
CsvRow row_of(const SweepPoint& point, const std::vector<std::string>& keys, const Json& figures) {
  CsvRow row = {{"point", point.hash}};
  const auto append = [&row](const Json& entry) {
    CsvRow cells = csv_row(entry);
    std::move(cells.begin(), cells.end(), std::back_inserter(row));
  };
  Json start = Json::object();
  for (const std::string& key : keys) {
    if (key != "layer" && !figures.contains(key)) start[key] = point.value(key);
  }
  const auto name = figures.find("name");
  if (name != figures.end()) start["layer"] = *name;
  append(start);
  const size_t own = row.size();
  append(figures);
  const auto is_name = [](const auto& cell) { return cell.first == "name"; };
  row.erase(std::remove_if(row.begin() + static_cast<std::ptrdiff_t>(own), row.end(), is_name), row.end());
  return row;
}

}  // namespace

void SweepTables::File::begin() {
  place.reset();  // what it has written goes with it
  place = std::make_unique<AtomicFile>(path);
  has_header = false;
}

void SweepTables::File::put(const CsvRow& row) {
  if (!has_header) place->write(columns.header());
  has_header = true;
  place->write(columns.line(row));
}

SweepTables::SweepTables(const SweepPoints& points, const SweepDirectory& directory)
    : directory_(directory), keys_(keys_of(points)) {
  const std::filesystem::path& path = directory.path();
  files_.push_back({Kind::figures, path / "sweep.csv"});
  files_.push_back({Kind::summary, path / "summary.csv"});
  files_.push_back({Kind::host, path / "host.csv"});
  for (File& file : files_) file.begin();
}

std::vector<CsvRow> SweepTables::rows_for(const File& file, const SweepPoint& point,
                                          const PointFiles& files) const {
  static const std::vector<std::string> kNone;
  std::vector<CsvRow> rows;
  switch (file.kind) {
    case Kind::figures:
      for (const Json& layer : files.results.at("layers")) rows.push_back(row_of(point, keys_, layer));
      break;
    case Kind::summary:
      for (const Json& layer : files.results.at("layers"))
        rows.push_back(row_of(point, keys_, summary_entry(layer)));
      break;
    case Kind::host:
      for (const Json& layer : files.host.at("layers")) rows.push_back(row_of(point, kNone, layer));
      break;
  }
  return rows;
}

void SweepTables::add(const SweepPoint& point, const PointFiles& files) {
  done_.push_back(&point);
  for (File& file : files_) {
    for (const CsvRow& row : rows_for(file, point, files)) {
      if (file.columns.add(row) && file.has_header) file.is_stale = true;
      if (!file.is_stale) file.put(row);
    }
  }
}

void SweepTables::write() {
  const auto is_stale = [](const File& file) { return file.is_stale; };
  if (std::any_of(files_.begin(), files_.end(), is_stale)) write_stale_again();
  for (File& file : files_) file.place->commit();
}

void SweepTables::write_stale_again() {
  for (File& file : files_) {
    if (file.is_stale) file.begin();
  }
  for (const SweepPoint* point : done_) {
    const PointFiles files = directory_.points().files_of_done(point->hash);
    for (File& file : files_) {
      if (!file.is_stale) continue;
      for (const CsvRow& row : rows_for(file, *point, files)) file.put(row);
    }
  }
}

}  // namespace systole
