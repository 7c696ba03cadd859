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
using Row = std::vector<std::pair<std::string, std::string>>;

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

void flatten(const std::string& path, const Json& value, Row& row) {
  if (!value.is_object()) {
    row.emplace_back(path, text_of(value));
    return;
  }
  for (const auto& [key, member] : value.items()) flatten(path + "." + key, member, row);
}

/// The cells of an entry. How a layer is mapped, and why, is told in sentences, and stages have figures of
/// their own: nothing for a table of layers.
Row row_of(const Json& entry) {
  Row row;
  for (const auto& [key, member] : entry.items()) {
    if (key != "mapping" && key != "stages") flatten(key, member, row);
  }
  return row;
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

}  // namespace

void CsvColumns::add(const Json& entry) {
  const Row row = row_of(entry);
  std::vector<std::string> own;
  for (const auto& [name, value] : row) own.push_back(name);
  if (own == last_added_) return;  // as is usual
  auto place = names_.begin();
  for (const std::string& name : own) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    place = found == names_.end() ? names_.insert(place, name) + 1 : found + 1;
  }
  last_added_ = std::move(own);
}

std::string CsvColumns::header() const {
  std::vector<std::string> titles;
  for (const std::string& name : names_) titles.push_back(harmless(name));
  return titles.empty() ? "" : line_of(titles);
}

std::string CsvColumns::row(const Json& entry) const {
  const Row row = row_of(entry);
  const std::map<std::string, std::string> values(row.begin(), row.end());
  std::vector<std::string> fields;
  for (const std::string& name : names_) {
    const auto found = values.find(name);
    fields.push_back(found == values.end() ? "" : found->second);
  }
  return line_of(fields);
}

std::string layers_csv(const Json& layers) {
  CsvColumns columns;
  for (const Json& layer : layers) columns.add(layer);
  std::string csv = columns.header();
  for (const Json& layer : layers) csv += columns.row(layer);
  return csv;
}

}  // namespace systole
