#include "sim/config/energy_inherit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/config/config.h"
#include "sim/config/field_makers.h"
#include "sim/config/names.h"

namespace systole {
namespace {

namespace fs = std::filesystem;

/// What a table says of itself, which no other takes over.
constexpr std::array<const char*, 4> kOwn = {"name", "summary", kInherit, "inherited"};

/// The file of the table that `inherit` names.
std::string file_of(const YamlNode& inherit) {
  const std::vector<std::string> names = shipped(Shipped::energy);
  const std::string legal = joined(names) + ", or a path ending in .yaml";
  const auto text = scalar_text(inherit, false);
  if (!text || text->empty())
    fail_value(inherit, kInherit, "got " + inherit.described() + ", legal: " + legal);
  const std::string path = path_beside(*inherit.where.source, *text);
  if (!is_path(path)) {
    if (std::binary_search(names.begin(), names.end(), path)) return shipped_path(Shipped::energy, path);
    const std::string hint = did_you_mean(path, names);
    fail_value(inherit, kInherit,
               fmt::format("got {}{} legal: {}", inherit.described(), hint.empty() ? "," : hint, legal));
  }
  std::error_code error;
  if (!fs::exists(path, error))
    fail_value(inherit, kInherit, fmt::format("got {}, there is no such file", inherit.described()));
  return path;
}

std::string unit_of(const YamlNode& table) {
  const YamlNode* unit = table.find("unit");
  return unit == nullptr ? kEnergyUnitNames[0] : unit->text;
}

/// Prices of another unit cannot stand among the table's own.
void check_units(const YamlNode& table, const YamlNode& parent, const YamlNode& inherit) {
  const YamlNode* own = table.find("unit");
  if (own == nullptr || !index_in(listed(kEnergyUnitNames), *own) || unit_of(table) == unit_of(parent))
    return;
  fail_value(inherit, kInherit,
             fmt::format("{} has prices in {}, this table in {}", inherit.described(), unit_of(parent),
                         unit_of(table)));
}

bool is_own(const std::string& key) { return std::find(kOwn.begin(), kOwn.end(), key) != kOwn.end(); }

/// Adds what `table` lacks; maps are filled in entry by entry, lists are a price as a whole.
void fill_in(YamlNode& table, const YamlNode& parent) {
  for (const YamlNode::Entry& entry : parent.entries) {
    YamlNode* own = table.find(entry.key);
    if (own == nullptr) {
      table.entries.push_back(entry);
    } else if (own->kind == YamlNode::Kind::map && entry.value.kind == YamlNode::Kind::map) {
      fill_in(*own, entry.value);
    }
  }
}

YamlNode read_chain(const std::string& path, std::vector<std::string> chain) {
  YamlNode root = read_yaml_file(path);
  const YamlNode* inherit = root.find(kInherit);
  if (inherit == nullptr) return root;
  const std::string parent_path = file_of(*inherit);
  chain.push_back(fs::weakly_canonical(path).string());
  if (std::find(chain.begin(), chain.end(), fs::weakly_canonical(parent_path).string()) != chain.end()) {
    fail_value(*inherit, kInherit,
               fmt::format("{} inherits from this table in its turn: a circle", inherit->described()));
  }
  YamlNode parent = read_chain(parent_path, std::move(chain));
  check_units(root, parent, *inherit);
  parent.entries.erase(std::remove_if(parent.entries.begin(), parent.entries.end(),
                                      [](const YamlNode::Entry& entry) { return is_own(entry.key); }),
                       parent.entries.end());
  fill_in(root, parent);
  return root;
}

using Sources = std::vector<std::string>;

/// The files that the values of a node stand in.
void add_sources(const YamlNode& node, Sources& sources) {
  if (node.kind != YamlNode::Kind::map) sources.push_back(*node.where.source);
  for (const YamlNode::Entry& entry : node.entries) add_sources(entry.value, sources);
}

std::string table_named(const std::string& file) { return fs::path(file).stem().string(); }

void collect(const YamlNode& node, const std::string& path, const std::string& own,
             std::vector<InheritedPrices>& inherited) {
  Sources sources;
  add_sources(node, sources);
  const bool is_one = std::all_of(sources.begin(), sources.end(),
                                  [&](const std::string& source) { return source == sources.front(); });
  if (sources.empty() || (is_one && sources.front() == own)) return;
  if (!is_one) {
    for (const YamlNode::Entry& entry : node.entries)
      collect(entry.value, path.empty() ? entry.key : path + "." + entry.key, own, inherited);
    return;
  }
  const std::string table = table_named(sources.front());
  auto found = std::find_if(inherited.begin(), inherited.end(),
                            [&](const InheritedPrices& each) { return each.table == table; });
  if (found == inherited.end()) found = inherited.insert(found, {table, {}});
  found->prices.push_back(path);
}

}  // namespace

YamlNode read_energy_tree(const std::string& path) { return read_chain(path, {}); }

std::vector<InheritedPrices> inherited_prices(const YamlNode& root) {
  std::vector<InheritedPrices> inherited;
  for (const YamlNode::Entry& entry : root.entries) {
    if (entry.key != "unit") collect(entry.value, entry.key, *root.where.source, inherited);
  }
  return inherited;
}

}  // namespace systole
