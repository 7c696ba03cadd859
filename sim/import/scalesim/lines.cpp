#include "sim/import/scalesim/lines.h"

#include <array>
#include <string_view>

#include "sim/import/nodes.h"

namespace systole {
namespace {

constexpr std::array<std::string_view, 4> kBlanks = {" ", "\t", "\xc2\xa0", "\xef\xbb\xbf"};

/// Bytes of the blank that the text begins or ends with, 0 where there is none.
size_t blank_at(std::string_view text, bool at_end) {
  for (std::string_view blank : kBlanks) {
    if (text.size() < blank.size()) continue;
    if (text.substr(at_end ? text.size() - blank.size() : 0, blank.size()) == blank) return blank.size();
  }
  return 0;
}

}  // namespace

std::vector<Line> lines_of(const std::string& text, const std::string& source) {
  const auto shared = std::make_shared<const std::string>(source);
  std::vector<Line> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    lines.push_back({text.substr(begin, end - begin), {shared, static_cast<int>(lines.size()) + 1, 1}});
    begin = end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  }
  return lines;
}

YamlNode trimmed(const Line& line, size_t begin, size_t end) {
  std::string_view text = std::string_view(line.text).substr(begin, end - begin);
  while (const size_t bytes = blank_at(text, false)) text.remove_prefix(bytes), begin += bytes;
  while (const size_t bytes = blank_at(text, true)) text.remove_suffix(bytes);
  Where where = line.where;
  where.column = static_cast<int>(begin) + 1;
  return word_at(where, std::string(text));
}

}  // namespace systole
