#include "sim/report/csv.h"

#include <cmath>
#include <utility>
#include <vector>

namespace systole {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
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
  for (const auto& [key, member] : value.items()) flatten(path.empty() ? key : path + "." + key, member, row);
}

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// The fields of one line. How a layer is mapped, and why, is told in sentences: nothing for a table.
std::string line_of(Json entry, std::string Row::value_type::*side) {
  Row row;
  entry.erase("mapping");
  flatten("", entry, row);
  std::string line;
  for (const auto& cell : row) line += (&cell == &row.front() ? "" : ",") + field(cell.*side);
  return line + "\n";
}

}  // namespace

std::string csv_header(const Json& entry) { return line_of(entry, &Row::value_type::first); }
std::string csv_row(const Json& entry) { return line_of(entry, &Row::value_type::second); }

std::string layers_csv(const Json& layers) {
  std::string csv = layers.empty() ? "" : csv_header(layers.front());
  for (const Json& layer : layers) csv += csv_row(layer);
  return csv;
}

}  // namespace systole
