#include "sim/import/nodes.h"

#include <fmt/format.h>

#include "sim/config/scalars.h"
#include "sim/config/text.h"

namespace systole {
namespace {

constexpr uint64_t kMaxSize = 1 << 24;

YamlNode scalar_at(const Where& where, const std::string& text, bool quoted) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.where = where;
  node.text = text;
  node.quoted = quoted;
  return node;
}

}  // namespace

YamlNode map_at(const Where& where) {
  YamlNode node;
  node.kind = YamlNode::Kind::map;
  node.where = where;
  return node;
}

YamlNode list_at(const Where& where, const std::vector<YamlNode>& items) {
  YamlNode node;
  node.kind = YamlNode::Kind::sequence;
  node.where = where;
  node.items = items;
  return node;
}

YamlNode word_at(const Where& where, const std::string& text) { return scalar_at(where, text, false); }
YamlNode number_at(const Where& where, uint64_t value) { return word_at(where, std::to_string(value)); }
YamlNode text_at(const Where& where, const std::string& text) { return scalar_at(where, text, true); }

void add(YamlNode& map, const char* key, YamlNode value) {
  const Where where = value.where;
  map.entries.push_back({key, where, std::move(value)});
}

uint64_t size_of(const YamlNode& value, const std::string& what) {
  const bool is_scalar = value.kind == YamlNode::Kind::scalar && !value.quoted;
  const auto number = is_scalar ? parse_unsigned(value.text) : std::nullopt;
  if (number && *number >= 1 && *number <= kMaxSize) return *number;
  fail_at(value.where,
          fmt::format("{}: got {}, legal: an integer from 1 to {}", what,
                      value.text.empty() && is_scalar ? "nothing" : value.described(), kMaxSize));
}

}  // namespace systole
