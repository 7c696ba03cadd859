#include "sim/import/scalesim/csv.h"

#include "sim/import/nodes.h"
#include "sim/import/scalesim/lines.h"

namespace systole {

bool CsvRow::is_blank() const {
  return std::all_of(cells.begin(), cells.end(), [](const YamlNode& cell) { return cell.text.empty(); });
}

std::vector<CsvRow> csv_rows(const std::string& text, const std::string& source) {
  std::vector<CsvRow> rows;
  for (const Line& line : lines_of(text, source)) {
    CsvRow row;
    for (size_t begin = 0; begin <= line.text.size();) {
      const size_t end = std::min(line.text.find(',', begin), line.text.size());
      row.cells.push_back(trimmed(line, begin, end));
      begin = end + 1;
    }
    if (!row.is_blank()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace systole
