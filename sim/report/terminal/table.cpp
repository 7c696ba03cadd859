#include "sim/report/terminal/table.h"

#include <algorithm>

namespace systole {
namespace {

constexpr size_t kGap = 2, kNarrowGap = 1;
constexpr size_t kNarrowest = 8, kWidestKept = 24;  // of the first column, whatever else there is

bool starts_character(char c) { return (c & 0xc0) != 0x80; }

struct Column {
  size_t width = 0;
  bool is_shown = true;
};

size_t total_width(const std::vector<Column>& columns, size_t gap) {
  size_t width = 0;
  for (const Column& column : columns) {
    if (column.is_shown) width += column.width + (&column == &columns.front() ? 0 : gap);
  }
  return width;
}

/// The first `width` characters, the last of them a '~' where something is cut off.
std::string cut(const std::string& text, size_t width) {
  if (width_of(text) <= width) return text;
  std::string shown;
  size_t characters = 0;
  for (char c : text) {
    if (starts_character(c) && ++characters == width) break;
    shown += c;
  }
  return shown + "~";
}

}  // namespace

size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string left(const std::string& text, size_t width) {
  const size_t used = width_of(text);
  return used < width ? text + std::string(width - used, ' ') : text;
}

std::string right(const std::string& text, size_t width) {
  const size_t used = width_of(text);
  return used < width ? std::string(width - used, ' ') + text : text;
}

std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows, size_t max_width,
                                 const std::vector<size_t>& optional) {
  if (rows.empty()) return {};
  std::vector<Column> columns(rows.front().size());
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) columns[c].width = std::max(columns[c].width, width_of(row[c]));
  }
  const size_t first = columns[0].width;
  size_t gap = kGap;
  if (total_width(columns, gap) > max_width) gap = kNarrowGap;
  columns[0].width = std::min(first, kWidestKept);
  for (size_t c : optional) {
    if (total_width(columns, gap) <= max_width) break;
    columns[c].is_shown = false;
  }
  const size_t others = total_width(columns, gap) - columns[0].width;
  const size_t room = std::max(kNarrowest, max_width > others ? max_width - others : 0);
  columns[0].width = std::min(first, room);

  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line = left(cut(row[0], columns[0].width), columns[0].width);
    for (size_t c = 1; c < row.size(); ++c) {
      if (columns[c].is_shown) line += std::string(gap, ' ') + right(row[c], columns[c].width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace systole
