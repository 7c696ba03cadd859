#include "sim/report/terminal/wrap.h"

#include "sim/report/terminal/table.h"

namespace systole {
namespace {

/// Where the word that begins at `begin` ends.
size_t word_end(const std::string& text, size_t begin) {
  const size_t end = text.find(' ', begin);
  return end == std::string::npos ? text.size() : end;
}

}  // namespace

std::string filled(const std::string& text, size_t columns, size_t indent) {
  const size_t start = text.find_first_not_of(' ');
  if (start == std::string::npos) return "";
  std::string lines = text.substr(0, start);
  size_t used = start;
  bool is_first = true;
  for (size_t begin = start; begin < text.size();) {
    const size_t gap = begin;
    const size_t word = text.find_first_not_of(' ', begin);
    if (word == std::string::npos) break;
    const size_t end = word_end(text, word);
    const std::string shown = text.substr(word, end - word);
    const size_t width = width_of(shown), spaces = is_first ? 0 : word - gap;
    if (!is_first && used + spaces + width > columns) {
      lines += "\n" + std::string(indent, ' ') + shown;
      used = indent + width;
    } else {
      lines += std::string(spaces, ' ') + shown;
      used += spaces + width;
    }
    is_first = false;
    begin = end;
  }
  return lines;
}

std::string wrapped(const std::string& text, const Style& style, size_t indent) {
  return style.is_terminal ? filled(text, style.columns, indent) : text;
}

}  // namespace systole
