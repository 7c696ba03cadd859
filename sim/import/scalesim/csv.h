#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"

namespace systole {

/// A line of a table: its cells without the blanks around them.
struct CsvRow {
  std::vector<YamlNode> cells;  ///< scalars

  int line() const { return cells.front().where.line; }
  bool is_blank() const;
  /// The cell's text, "" where the line is shorter.
  std::string text(size_t column) const { return column < cells.size() ? cells[column].text : ""; }
  /// The cell's place, or that of the line's last cell.
  const Where& where(size_t column) const { return cells[std::min(column, cells.size() - 1)].where; }
};

/// The lines of a text without those that are blank. Ends of line are LF, CRLF or CR; a byte order mark and
/// non-breaking spaces are blanks.
std::vector<CsvRow> csv_rows(const std::string& text, const std::string& source);

}  // namespace systole
