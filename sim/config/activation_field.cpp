// The activation of a layer: a function's name, or a map of the function and its numbers. On the command line
// "function=gelu,table=64" stands for the map.
#include <fmt/format.h>

#include <algorithm>

#include "sim/config/field_makers.h"
#include "sim/config/names.h"
#include "sim/config/workload_fields.h"

namespace systole {
namespace {

constexpr double kLargest = 1e6;

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const ActivationTraits& traits : kActivations) names.emplace_back(traits.name);
  return names;
}

Table<Activation> make_table() {
  using F = FieldOf<Activation>;
  return {
      F::choice("function", &Activation::function, function_names(), "of the results").required(),
      F::real("low", &Activation::low, -kLargest, kLargest, "clamp: the least result"),
      F::real("high", &Activation::high, -kLargest, kLargest, "clamp: the greatest result"),
      F::real("slope", &Activation::slope, -kLargest, kLargest, "leaky_relu: below zero"),
      F::real("alpha", &Activation::alpha, -kLargest, kLargest, "elu: minus what it falls to"),
      F::integer(
          "table", &Activation::table, {0, 4096},
          "sigmoid, tanh, gelu, silu: straight lines, 4 or more, of the table it is looked up in; 0: it "
          "is computed"),
  };
}

const Table<Activation>& table() {
  static const Table<Activation> kTable = make_table();
  return kTable;
}

/// The functions that have a use for the key; empty: all.
std::vector<std::string> users_of(const std::string& key) {
  using F = ActivationFunction;
  std::vector<std::string> users;
  for (size_t f = 0; f < kActivations.size(); ++f) {
    const auto function = static_cast<F>(f);
    const bool uses = (key == "low" || key == "high") ? function == F::clamp
                      : key == "slope"                ? function == F::leaky_relu
                      : key == "alpha"                ? function == F::elu
                                                      : key == "table" && kActivations[f].has_table;
    if (uses) users.emplace_back(kActivations[f].name);
  }
  return users;
}

bool takes(const Activation& activation, const std::string& key) {
  const std::vector<std::string> users = users_of(key);
  return users.empty() || std::find(users.begin(), users.end(), activation.traits().name) != users.end();
}

void check(const YamlNode& node, const Activation& activation) {
  for (const YamlNode::Entry& entry : node.entries) {
    if (!takes(activation, entry.key)) {
      fail_at(entry.where, fmt::format("activation.{} with function {}, legal: with {}", entry.key,
                                       activation.traits().name, joined(users_of(entry.key))));
    }
  }
  if (activation.low >= activation.high) {
    fail_at(node.where,
            fmt::format("activation.low is {}, legal: below high = {}", activation.low, activation.high));
  }
  if (activation.table > 0 && activation.table < 4)
    fail_at(node.where, fmt::format("activation.table is {}, legal: 0, or 4 to 4096", activation.table));
}

bool read(const YamlNode& node, Layer& out) {
  Activation activation;
  const bool has_pairs = node.kind == YamlNode::Kind::scalar && node.text.find('=') != std::string::npos;
  if (node.kind == YamlNode::Kind::map || has_pairs) {
    const YamlNode map = has_pairs ? map_of_pairs(node, "activation") : node;
    read_table(map, "activation", table(), activation);
    check(map, activation);
  } else {
    if (node.kind != YamlNode::Kind::scalar) return false;
    const auto index = index_in(function_names(), node);
    if (!index) fail_choice(node, "activation", function_names());
    activation.function = static_cast<ActivationFunction>(*index);
  }
  out.activation = activation;
  return true;
}

bool is_relu(const Activation& activation) { return activation.function == ActivationFunction::relu; }

/// Without what its function has no use for.
Json write(const Layer& in) {
  const Activation& activation = in.activation;
  if (!activation || is_relu(activation)) return {};
  Json map = Json::object();
  const Json all = write_table(table(), activation);
  for (const auto& [key, value] : all.items()) {
    if (takes(activation, key) && !(key == "table" && activation.table == 0)) map[key] = value;
  }
  return map.size() == 1 ? map.at("function") : map;
}

}  // namespace

Field<Layer> activation_field() {
  return {"activation",
          joined(function_names()) + ", or a map of function and its numbers",
          "the function that results pass through",
          {{"anyOf", Json::array({{{"enum", function_names()}}, schema_of(table(), Activation{})})}},
          read,
          write};
}

Field<Layer> relu_field() {
  return {"relu",
          "true or false",
          "clamps outputs at zero; the same as activation: relu",
          {{"type", "boolean"}},
          [](const YamlNode& node, Layer& out) {
            const auto text = scalar_text(node, true);
            if (text != "true" && text != "false") return false;
            if (text == "true") out.activation.function = ActivationFunction::relu;
            return true;
          },
          [](const Layer& in) {
            return in.activation && !is_relu(in.activation) ? Json() : Json(is_relu(in.activation));
          }};
}

}  // namespace systole
