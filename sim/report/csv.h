#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace systole {

/// `layers` of results.json as CSV (RFC 4180): one row a layer, one column a figure, named by its path in the
/// JSON ("pe_array.busy"). Null and what is not finite is an empty field, a list is one field,
/// space-separated. A text that begins as a spreadsheet's formula does (= + - @) has an apostrophe before it.
std::string layers_csv(const nlohmann::ordered_json& layers);

/// The columns of entries that need not have the same ones.
class CsvColumns {
 public:
  /// What it has that others lacked comes after what it stands behind in the entry.
  void add(const nlohmann::ordered_json& entry);
  /// One line each; a field is empty where the entry has no such figure.
  std::string header() const;
  std::string row(const nlohmann::ordered_json& entry) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> last_added_;
};

}  // namespace systole
