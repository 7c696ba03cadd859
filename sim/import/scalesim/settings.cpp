#include "sim/import/scalesim/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/config/text.h"
#include "sim/import/names.h"

namespace systole {
namespace {

bool is_comment(const std::string& text) { return text.empty() || text[0] == '#' || text[0] == ';'; }

}  // namespace

bool is_settings(const std::string& text) {
  for (const Line& line : lines_of(text, "")) {
    const std::string content = trimmed(line, 0, line.text.size()).text;
    if (!is_comment(content)) return content[0] == '[';
  }
  return false;
}

Settings::Settings(const std::string& text, const std::string& source) {
  std::string section;
  std::set<std::string> sections;
  for (const Line& line : lines_of(text, source)) {
    const YamlNode content = trimmed(line, 0, line.text.size());
    if (is_comment(content.text)) continue;
    if (content.text[0] != '[') {
      read_entry(section, line);
      continue;
    }
    if (content.text.size() < 3 || content.text.back() != ']')
      fail_at(content.where, fmt::format("got {}, legal: [section]", quoted(content.text)));
    section = content.text.substr(1, content.text.size() - 2);
    if (!sections.insert(section).second)
      fail_at(content.where, fmt::format("a second section {}", quoted(section)));
  }
}

void Settings::read_entry(const std::string& section, const Line& line) {
  const size_t delimiter = std::min(line.text.find_first_of(":="), line.text.size());
  const YamlNode key = trimmed(line, 0, delimiter);
  if (delimiter == line.text.size() || key.text.empty()) {
    fail_at(key.where, fmt::format("got {}, legal: [section], key: value, key = value",
                                   quoted(trimmed(line, 0, line.text.size()).text)));
  }
  if (const YamlNode* first = find(section, key.text)) {
    fail_at(key.where, fmt::format("a second key {}, first in line {}", quoted(key.text), first->where.line));
  }
  places_[{section, lower_case(key.text)}] = entries_.size();
  entries_.push_back({section, key.text, trimmed(line, delimiter + 1, line.text.size())});
}

const YamlNode* Settings::find(const std::string& section, const std::string& key) const {
  const auto found = places_.find({section, lower_case(key)});
  return found == places_.end() ? nullptr : &entries_[found->second].value;
}

}  // namespace systole
