#include "sim/report/results_shape.h"

#include <set>

#include "sim/config/names.h"
#include "sim/config/text.h"
#include "sim/report/choices.h"
#include "sim/report/json_shape.h"
#include "sim/report/layer_result.h"
#include "sim/report/run_identity.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::initializer_list<const char*> kIdentityKeys = {"tool", "seed",     "check", "fp64",
                                                              "arch", "workload", "energy"};

Json entry_shape(const Layer& layer) {
  LayerResult result{layer, "direct", Dataflow::output_stationary, {{}, LaneNumber::fp32}, 0, 0, {}, {}, {},
                     {},    {}};
  result.stats.dram.channels.resize(1);
  result.stats.dram.channels.front().banks.resize(1);
  Json entry = to_json(result, {});
  entry["inner_formats"]["transforms"] = kTextOrNull;
  entry["bound"]["stage"] = kTextOrNull;
  entry["stages"] = Json::array({{{"name", "stage"}, {"cycles", 0}, {"bounds", entry["bounds"]}}});
  for (const char* key : {"max_abs_error", "max_rel_error", "tolerance"}) entry["check"][key] = nullptr;
  return entry;
}

Json choice_shape(const Layer& layer) {
  Json choice = choice_of(layer, {{"direct", ""}});
  choice["winner"] = kTextOrNull;
  for (const char* key : {"declined", "check"}) choice["candidates"][0][key] = kTextOrNull;
  return choice;
}

Json make_shape() {
  Layer layer;
  layer.name = "layer";
  layer.algorithm = "direct";
  const Json entries = Json::array({entry_shape(layer)});
  return {{"tool", {{"name", "systole"}, {"version", "0"}, {"results_version", kResultsVersion}}},
          {"seed", 0},
          {"check", true},
          {"fp64", false},
          {"arch", {{"name", "arch"}}},
          {"workload", {{"name", "workload"}, {"layers", Json::array({{{"name", "layer"}}})}}},
          {"energy", {{"name", "energy"}, {"unit", "pJ"}}},
          {"run", "hash"},
          {"layers", entries},
          {"choices", Json::array({choice_shape(layer)})},
          {"totals", totals_of(entries, {})},
          {"warnings", Json::array({"text"})}};
}

/// Totals are the winners': of entries without any there are none.
std::optional<std::string> without_winner(const Json& layers) {
  std::set<std::string> names, winners;
  for (const Json& layer : layers) {
    names.insert(layer.at("name").get<std::string>());
    if (layer.at("winner").get<bool>()) winners.insert(layer.at("name").get<std::string>());
  }
  if (names.empty()) return "layers is empty";
  for (const std::string& name : names) {
    if (winners.count(name) == 0) return "no entry of layer " + quoted(name) + " is its winner";
  }
  return std::nullopt;
}

/// Rates look the peak of the inner formats up.
std::optional<std::string> without_format(const Json& layers) {
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const char* operand : {"input", "weight"}) {
      const auto& name = layers[i].at("inner_formats").at(operand).get_ref<const std::string&>();
      if (!format_named(name)) {
        return "layers[" + std::to_string(i) + "].inner_formats." + operand + " is " + quoted(name) +
               ", legal: a format's name";
      }
    }
  }
  return std::nullopt;
}

}  // namespace

const Json& results_shape() {
  static const Json kShape = make_shape();
  return kShape;
}

std::optional<std::string> results_misfit(const Json& results) {
  if (auto what = misfit(results, results_shape())) return what;
  if (auto what = without_winner(results.at("layers"))) return what;
  return without_format(results.at("layers"));
}

std::string hash_of_results(const Json& results) {
  Json identity;
  for (const char* key : kIdentityKeys) identity[key] = results.at(key);
  return hash_of(identity);
}

}  // namespace systole
