#include "sim/report/csv.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "sim/config/scalars.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

/// A text that a spreadsheet would take for a formula is told to be one by an apostrophe before it; a number
/// stays a number.
std::string harmless(const std::string& text) {
  const bool is_formula = !text.empty() && std::string("=+-@\t\r").find(text[0]) != std::string::npos;
  return is_formula && !parse_real(text) ? "'" + text : text;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return harmless(value.get<std::string>());
  if (value.is_number_float() && !std::isfinite(value.get<double>())) return "";
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& item : value) text += (text.empty() ? "" : " ") + text_of(item);
  return text;
}

void flatten(const std::string& path, const Json& value, CsvRow& row) {
  if (!value.is_object()) {
    row.emplace_back(path, text_of(value));
    return;
  }
  for (auto member = value.begin(); member != value.end(); ++member)
    flatten(path + "." + member.key(), *member, row);
}

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string line_of(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& text : fields) line += (&text == &fields.front() ? "" : ",") + field(text);
  return line + "\n";
}

bool is_named(const CsvRow& row, const std::vector<std::string>& names) {
  return std::equal(row.begin(), row.end(), names.begin(), names.end(),
                    [](const auto& cell, const std::string& name) { return cell.first == name; });
}

}  // namespace

/// How a layer is mapped, and why, is told in sentences, and stages have figures of their own: nothing for a
/// table of layers.
CsvRow csv_row(const Json& entry) {
  CsvRow row;
  for (auto member = entry.begin(); member != entry.end(); ++member) {
    if (member.key() != "mapping" && member.key() != "stages") flatten(member.key(), *member, row);
  }
  return row;
}

bool CsvColumns::add(const CsvRow& row) {
  if (is_named(row, last_added_)) return false;  // as is usual
  const size_t before = names_.size();
  last_added_.clear();
  auto place = names_.begin();
  for (const auto& [name, text] : row) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    place = found == names_.end() ? names_.insert(place, name) + 1 : found + 1;
    last_added_.push_back(name);
  }
  return names_.size() > before;
}

std::string CsvColumns::header() const {
  std::vector<std::string> titles;
  for (const std::string& name : names_) titles.push_back(harmless(name));
  return titles.empty() ? "" : line_of(titles);
}

std::string CsvColumns::line(const CsvRow& row) const {
  std::vector<std::string> fields;
  if (is_named(row, names_)) {
    for (const auto& [name, text] : row) fields.push_back(text);
    return line_of(fields);
  }
  const std::map<std::string, std::string> values(row.begin(), row.end());
  for (const std::string& name : names_) {
    const auto found = values.find(name);
    fields.push_back(found == values.end() ? "" : found->second);
  }
  return line_of(fields);
}

std::string layers_csv(const Json& layers) {
  CsvColumns columns;
  std::vector<CsvRow> rows;
  for (const Json& layer : layers) {
    rows.push_back(csv_row(layer));
    columns.add(rows.back());
  }
  std::string csv = columns.header();
  for (const CsvRow& row : rows) csv += columns.line(row);
  return csv;
}

}  // namespace systole
