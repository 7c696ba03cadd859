#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace systole {

/// `layers` of results.json as CSV (RFC 4180): one row a layer, one column a figure, named by its path in the
/// JSON ("pe_array.busy"). Null and what is not finite is an empty field, a list is one field,
/// space-separated. A text that begins as a spreadsheet's formula does (= + - @) has an apostrophe before it.
std::string layers_csv(const nlohmann::ordered_json& layers);

/// The cells of an entry: the column's name and the text.
using CsvRow = std::vector<std::pair<std::string, std::string>>;
CsvRow csv_row(const nlohmann::ordered_json& entry);

/// The columns of rows that need not have the same ones.
class CsvColumns {
 public:
  /// What it has that others lacked comes after what it stands behind in the row. Whether there was any.
  bool add(const CsvRow& row);
  /// One line each; a field is empty where the row has no such cell.
  std::string header() const;
  std::string line(const CsvRow& row) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> last_added_;
};

}  // namespace systole
