#include "sim/import/timeloop/data_space.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/fields.h"
#include "sim/config/text.h"
#include "sim/import/timeloop/keys.h"

namespace systole {
namespace {

constexpr const char* kLegalRank = "a list of terms as [[C]] or [[R, Wdilation], [P, Wstride]]";

Term read_term(const YamlNode& node, const std::vector<std::string>& dimensions) {
  const bool is_term = node.kind == YamlNode::Kind::sequence && !node.items.empty() &&
                       node.items.size() <= 2 &&
                       std::all_of(node.items.begin(), node.items.end(), [](const YamlNode& item) {
                         return item.kind == YamlNode::Kind::scalar && !item.text.empty();
                       });
  if (!is_term)
    fail_at(node.where, fmt::format("projection: got {}, legal: {}", node.described(), kLegalRank));
  const std::string& name = node.items[0].text;
  if (std::find(dimensions.begin(), dimensions.end(), name) == dimensions.end())
    fail_at(node.where,
            fmt::format("projection: {} is no dimension, legal: {}", quoted(name), joined(dimensions)));
  return {name, node.items.size() == 2 ? node.items[1].text : ""};
}

Rank read_rank(const YamlNode& node, const std::vector<std::string>& dimensions) {
  Rank rank{{}, node.where};
  for (const YamlNode& term : items_of(node, "projection")) rank.terms.push_back(read_term(term, dimensions));
  if (rank.terms.empty())
    fail_at(node.where, fmt::format("projection: got {}, legal: {}", node.described(), kLegalRank));
  return rank;
}

bool is_true(const YamlNode* node) {
  return node != nullptr && (node->text == "true" || node->text == "True" || node->text == "TRUE");
}

}  // namespace

bool DataSpace::has_window() const {
  return std::any_of(ranks.begin(), ranks.end(), [](const Rank& rank) { return !rank.is_plain(); });
}

bool DataSpace::has_plain(const std::string& dimension) const {
  return std::any_of(ranks.begin(), ranks.end(), [&](const Rank& rank) {
    return rank.is_plain() && rank.terms[0].dimension == dimension;
  });
}

bool DataSpace::has_summed(const std::string& dimension) const {
  return std::any_of(ranks.begin(), ranks.end(), [&](const Rank& rank) {
    return !rank.is_plain() && std::any_of(rank.terms.begin(), rank.terms.end(),
                                           [&](const Term& term) { return term.dimension == dimension; });
  });
}

DataSpace read_data_space(const YamlNode& node, const std::vector<std::string>& dimensions) {
  check_keys(node, {"name", "projection", "read-write", "read_write"});
  DataSpace space;
  space.where = node.where;
  space.name = need_key(node, "name").text;
  space.is_written = is_true(find_either(node, "read-write", "read_write"));
  std::vector<std::string> seen;
  for (const YamlNode& rank : items_of(need_key(node, "projection"), "projection")) {
    space.ranks.push_back(read_rank(rank, dimensions));
    for (const Term& term : space.ranks.back().terms) {
      if (std::find(seen.begin(), seen.end(), term.dimension) != seen.end())
        fail_at(rank.where, fmt::format("projection: {} a second time", quoted(term.dimension)));
      seen.push_back(term.dimension);
    }
  }
  return space;
}

}  // namespace systole
