#include "sim/config/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/field_makers.h"
#include "sim/config/synonyms.h"

namespace systole {
namespace {

bool ends_in(const std::string& path, const std::string& key) {
  return path.size() >= key.size() && path.compare(path.size() - key.size(), key.size(), key) == 0;
}

/// The same key in other letters, else what others call so, else the nearest.
std::string key_hint(const std::string& key, const std::vector<std::string>& legal) {
  const bool is_same = std::any_of(legal.begin(), legal.end(), [&key](const std::string& other) {
    return is_same_but_for_case(key, other);
  });
  const std::vector<std::string> meant = is_same ? std::vector<std::string>() : synonyms_of(key, legal);
  return meant.empty() ? did_you_mean(key, legal)
                       : fmt::format(", did you mean '{}'?", fmt::join(meant, "' and '"));
}

}  // namespace

YamlNode map_of_pairs(const YamlNode& text, const std::string& kind) {
  YamlNode map = text;
  map.kind = YamlNode::Kind::map;
  for (size_t begin = 0; begin <= text.text.size();) {
    const size_t end = std::min(text.text.find(',', begin), text.text.size());
    const std::string pair = text.text.substr(begin, end - begin);
    const size_t sign = std::min(pair.find('='), pair.size());
    const std::string key = pair.substr(0, sign);
    if (map.find(key) != nullptr)
      fail_at(text.where, kind + ": " + quoted(key) + " is given twice, legal: once");
    YamlNode value = text;
    value.quoted = false;
    value.text = sign < pair.size() ? pair.substr(sign + 1) : "";
    map.entries.push_back({key, text.where, value});
    begin = end + 1;
  }
  return map;
}

void fail_value(const YamlNode& value, const std::string& key, const std::string& what) {
  const Where& where = value.where;
  const bool is_named = where.line == 0 && (where.option_path.empty() || ends_in(where.option_path, key));
  fail_at(where, is_named ? what : key + ": " + what);
}

void fail_choice(const YamlNode& value, const std::string& key, const std::vector<std::string>& legal) {
  const std::string hint = did_you_mean(value.text, legal);
  fail_value(value, key,
             fmt::format("got {}{} legal: {}", value.described(), hint.empty() ? "," : hint, joined(legal)));
}

void check_keys(const YamlNode& map, const std::vector<std::string>& legal) {
  for (const YamlNode::Entry& entry : map.entries) {
    if (std::find(legal.begin(), legal.end(), entry.key) != legal.end()) continue;
    const std::string hint = key_hint(entry.key, legal);
    const std::string name = ends_in(entry.where.option_path, entry.key) ? "" : " " + quoted(entry.key);
    fail_at(entry.where,
            fmt::format("unknown key{}{} legal: {}", name, hint.empty() ? "," : hint, joined(legal)));
  }
}

bool Range::has(uint64_t value) const {
  if (value < min || value > max) return false;
  if (power_of_two_times == 0) return true;
  const uint64_t quotient = value / power_of_two_times;
  return value % power_of_two_times == 0 && (quotient & (quotient - 1)) == 0;
}

std::string Range::suffix() const {
  if (power_of_two_times == 0) return "";
  return power_of_two_times == 1 ? ", a power of two"
                                 : fmt::format(", {} times a power of two", power_of_two_times);
}

std::optional<std::string> scalar_text(const YamlNode& value, bool plain) {
  const bool fits = value.kind == YamlNode::Kind::scalar && !(plain && value.quoted);
  return fits ? std::optional(value.text) : std::nullopt;
}

std::optional<size_t> index_in(const std::vector<std::string>& names, const YamlNode& value) {
  const auto text = scalar_text(value, false);
  const auto found = text ? std::find(names.begin(), names.end(), *text) : names.end();
  return found == names.end() ? std::nullopt : std::optional<size_t>(found - names.begin());
}

}  // namespace systole
