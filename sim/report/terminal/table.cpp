#include "sim/report/terminal/table.h"

#include <algorithm>
#include <numeric>

namespace systole {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;

bool starts_character(char c) { return (c & 0xc0) != 0x80; }

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

std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows, size_t max_width) {
  if (rows.empty()) return {};
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  const size_t others = std::accumulate(widths.begin() + 1, widths.end(), kGap * (widths.size() - 1));
  const size_t room = std::max(kNarrowest, max_width > others ? max_width - others : 0);
  widths[0] = std::min(widths[0], room);

  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line = left(cut(row[0], widths[0]), widths[0]);
    for (size_t c = 1; c < row.size(); ++c) line += std::string(kGap, ' ') + right(row[c], widths[c]);
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace systole
