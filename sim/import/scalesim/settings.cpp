#include "sim/import/scalesim/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/config/text.h"
#include "sim/import/nodes.h"
#include "sim/import/scalesim/lines.h"

namespace systole {
namespace {

bool is_comment(const std::string& text) { return text.empty() || text[0] == '#' || text[0] == ';'; }

}  // namespace

bool same_key(const std::string& a, const std::string& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool is_settings(const std::string& text) {
  for (const Line& line : lines_of(text, "")) {
    const std::string content = trimmed(line, 0, line.text.size()).text;
    if (!is_comment(content)) return content[0] == '[';
  }
  return false;
}

Settings::Settings(const std::string& text, const std::string& source) {
  std::string section;
  std::vector<std::string> sections;
  for (const Line& line : lines_of(text, source)) {
    const YamlNode content = trimmed(line, 0, line.text.size());
    if (is_comment(content.text)) continue;
    if (content.text[0] != '[') {
      read_entry(section, content);
      continue;
    }
    if (content.text.size() < 3 || content.text.back() != ']')
      fail_at(content.where, fmt::format("got {}, legal: [section]", quoted(content.text)));
    section = content.text.substr(1, content.text.size() - 2);
    if (std::find(sections.begin(), sections.end(), section) != sections.end())
      fail_at(content.where, fmt::format("a second section {}", quoted(section)));
    sections.push_back(section);
  }
}

void Settings::read_entry(const std::string& section, const YamlNode& line) {
  const size_t end = line.text.find_first_of(":=");
  if (end == std::string::npos || end == 0)
    fail_at(line.where, fmt::format("got {}, legal: [section], key: value, key = value", quoted(line.text)));
  Where begin = line.where;
  const Line whole = {std::string(line.where.column - 1, ' ') + line.text, begin};
  const size_t offset = static_cast<size_t>(line.where.column - 1);
  const std::string key = trimmed(whole, offset, offset + end).text;
  if (const YamlNode* first = find(section, key)) {
    fail_at(line.where, fmt::format("a second key {}, first in line {}", quoted(key), first->where.line));
  }
  entries_.push_back({section, key, trimmed(whole, offset + end + 1, whole.text.size())});
}

const YamlNode* Settings::find(const std::string& section, const std::string& key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.section == section && same_key(entry.key, key);
  });
  return found == entries_.end() ? nullptr : &found->value;
}

}  // namespace systole
