#include "sim/import/timeloop/loop_nest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "sim/config/fields.h"
#include "sim/config/scalars.h"
#include "sim/config/text.h"
#include "sim/import/timeloop/keys.h"

namespace systole {
namespace {

/// The words of a scalar or of a list of scalars; commas separate as blanks do.
std::vector<std::string> words_of(const YamlNode& node) {
  std::string text = node.text;
  for (const YamlNode& item : node.items) text += " " + item.text;
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool is_dimension(const ProblemShape& shape, const std::string& name) {
  return std::any_of(shape.dimensions.begin(), shape.dimensions.end(),
                     [&](const Dimension& dimension) { return dimension.name == name; });
}

/// "P=16" or "P16".
void read_factor(const std::string& word, const YamlNode& node, const ProblemShape& shape, LoopNest& nest) {
  size_t end = word.find('=');
  const size_t digits = end == std::string::npos ? word.find_first_of("0123456789") : end + 1;
  if (end == std::string::npos) end = digits;
  const std::string name = word.substr(0, end);
  const auto value = digits < word.size() ? parse_unsigned(word.substr(digits)) : std::nullopt;
  if (!value || *value > (1 << 24) || !is_dimension(shape, name)) {
    fail_at(node.where,
            fmt::format("factors: got {}, legal: DIMENSION=FACTOR without a remainder, 0 for the rest",
                        quoted(word)));
  }
  if (!nest.factors.emplace(name, *value).second)
    fail_at(node.where, fmt::format("factors: {} a second time", quoted(name)));
}

/// A text of one-letter names, "SRCQPMN", or names apart.
std::vector<std::string> read_order(const YamlNode& node, const ProblemShape& shape) {
  std::vector<std::string> words = words_of(node);
  if (words.size() == 1 && !is_dimension(shape, words[0])) {
    const std::string letters = words[0];
    words.clear();
    for (char letter : letters) words.emplace_back(1, letter);
  }
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (!is_dimension(shape, *word) || std::find(words.begin(), word, *word) != word)
      fail_at(node.where,
              fmt::format("permutation: got {}, legal: dimensions, each once", systole::quoted(*word)));
  }
  return words;
}

LoopNest read_nest(const YamlNode& directive, bool is_spatial, const ProblemShape& shape) {
  check_keys(directive, {"target", "name", "type", "factors", "permutation", "split"});
  LoopNest nest;
  nest.target = need_key(directive, "target").text;
  nest.is_spatial = is_spatial;
  nest.where = directive.where;
  if (const YamlNode* factors = directive.find("factors")) {
    for (const std::string& word : words_of(*factors)) read_factor(word, *factors, shape, nest);
  }
  if (const YamlNode* order = directive.find("permutation")) nest.order = read_order(*order, shape);
  for (const Dimension& dimension : shape.dimensions) nest.factors.emplace(dimension.name, 1);
  return nest;
}

void add_nest(LoopNest nest, std::vector<LoopNest>& nests) {
  for (const LoopNest& other : nests) {
    if (other.target == nest.target && other.is_spatial == nest.is_spatial)
      fail_at(nest.where,
              fmt::format("a second {} directive of the target {}", nest.is_spatial ? "spatial" : "temporal",
                          systole::quoted(nest.target)));
  }
  nests.push_back(std::move(nest));
}

/// Puts the rest of each dimension in the place of its 0, and compares products with sizes.
void settle_factors(const Where& where, const ProblemShape& shape, const ProblemSizes& sizes,
                    std::vector<LoopNest>& nests) {
  for (const Dimension& dimension : shape.dimensions) {
    const std::string& name = dimension.name;
    uint64_t product = 1;
    uint64_t* rest = nullptr;
    for (LoopNest& nest : nests) {
      uint64_t& factor = nest.factors[name];
      if (factor == 0) {
        if (rest != nullptr) fail_at(nest.where, fmt::format("factors: {}=0 a second time", name));
        rest = &factor;
      } else if (product <= sizes[name]) {
        product *= factor;
      }
    }
    if (rest != nullptr && sizes[name] % product == 0) product *= * rest = sizes[name] / product;
    if (product != sizes[name])
      fail_at(where, fmt::format("the factors of {} do not multiply to its size {}", name, sizes[name]));
  }
}

}  // namespace

std::vector<LoopNest> read_loop_nests(const YamlNode& mapping, const ProblemShape& shape,
                                      const ProblemSizes& sizes, std::vector<Note>& notes) {
  std::vector<LoopNest> nests;
  bool keeps = false;
  for (const YamlNode& directive : items_of(mapping, "mapping")) {
    const YamlNode& type = need_key(directive, "type");
    if (type.text == "temporal" || type.text == "spatial") {
      add_nest(read_nest(directive, type.text == "spatial", shape), nests);
    } else if (type.text == "datatype" || type.text == "dataspace" || type.text == "bypass") {
      keeps = true;
    } else {
      fail_at(type.where, fmt::format("type: got {}, legal: temporal, spatial, datatype, dataspace, bypass",
                                      type.described()));
    }
  }
  settle_factors(mapping.where, shape, sizes, nests);
  if (keeps) notes.push_back({0, "mapping: what levels keep and bypass has no counterpart"});
  return nests;
}

}  // namespace systole
