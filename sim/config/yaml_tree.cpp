#include "sim/config/yaml_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/config.h"
#include "sim/config/text.h"

namespace systole {
namespace {

constexpr size_t kMostItemsShown = 8;

std::string described_list(const std::vector<YamlNode>& items) {
  std::vector<std::string> texts;
  for (const YamlNode& item : items) {
    if (item.kind != YamlNode::Kind::scalar || texts.size() == kMostItemsShown) return "a list";
    texts.push_back(item.text);
  }
  return items.empty() ? "an empty list" : quoted(fmt::format("[{}]", fmt::join(texts, ", ")));
}

}  // namespace

std::string place_of(const Where& where) {
  const std::string source = file_place(*where.source);
  return where.line > 0 ? fmt::format("{}:{}:{}", source, where.line, where.column) : source;
}

void fail_at(const Where& where, const std::string& what) {
  const std::string place = place_of(where);
  if (where.line > 0 || where.option_path.empty()) throw UserError(fmt::format("{}: error: {}", place, what));
  throw UserError(fmt::format("{}: error: {}: {}", place, shortened(where.option_path), what));
}

const YamlNode* YamlNode::find(const std::string& key) const {
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& candidate) { return candidate.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

YamlNode* YamlNode::find(const std::string& key) {
  return const_cast<YamlNode*>(static_cast<const YamlNode*>(this)->find(key));
}

std::string YamlNode::described() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return described_list(items);
    case Kind::map:
      return "a map";
    case Kind::scalar:
      break;
  }
  return quoted ? "the text " + systole::quoted(text) : systole::quoted(text);
}

}  // namespace systole
