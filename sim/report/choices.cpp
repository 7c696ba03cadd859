#include "sim/report/choices.h"

#include <algorithm>

#include "sim/config/names.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

double figure_of(const Json& entry, const std::string& objective) {
  const auto cycles = entry.at("cycles").get<double>();
  const auto energy = entry.at("energy_pj").at("total").get<double>();
  if (objective == name_of(kAlgorithmObjectiveNames, AlgorithmObjective::cycles)) return cycles;
  if (objective == name_of(kAlgorithmObjectiveNames, AlgorithmObjective::energy)) return energy;
  return cycles *
         energy;  // one clock: the seconds' factor changes nothing, and a relative table has no joules
}

bool is_better(const Json& entry, const Json& than, const std::string& objective) {
  const bool fails = entry.at("check").at("status") == "fail";
  const bool other_fails = than.at("check").at("status") == "fail";
  return fails != other_fails ? other_fails : figure_of(entry, objective) < figure_of(than, objective);
}

Json* entry_of(Json& layers, const Json& layer, const Json& algorithm) {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const Json& entry) {
    return entry.at("name") == layer && entry.at("algorithm") == algorithm;
  });
  return found == layers.end() ? nullptr : &*found;
}

Json candidate_of(const std::string& algorithm, const std::string& declined) {
  return {{"algorithm", algorithm}, {"declined", declined.empty() ? Json() : Json(declined)},
          {"cycles", nullptr},      {"energy", nullptr},
          {"edp", nullptr},         {"check", nullptr}};
}

}  // namespace

Json choice_of(const Layer& layer,
               const std::vector<std::pair<std::string, std::string>>& declined_by_algorithm) {
  Json candidates = Json::array();
  for (const auto& [algorithm, declined] : declined_by_algorithm)
    candidates.push_back(candidate_of(algorithm, declined));
  return {{"layer", layer.name},
          {"asked", layer.algorithm},
          {"objective", name_of(kAlgorithmObjectiveNames, layer.objective)},
          {"winner", nullptr},
          {"candidates", candidates}};
}

void choose(Json& choice, Json& layers) {
  const auto objective = choice.at("objective").get<std::string>();
  Json* best = nullptr;
  for (Json& candidate : choice.at("candidates")) {
    if (!candidate.at("declined").is_null()) continue;
    Json* entry = entry_of(layers, choice.at("layer"), candidate.at("algorithm"));
    const auto figure = [entry](const char* path) {
      return entry == nullptr ? Json() : entry->at(Json::json_pointer(path));
    };
    candidate["cycles"] = figure("/cycles");
    candidate["energy"] = figure("/energy_pj/total");
    candidate["edp"] = figure("/edp");
    candidate["check"] = figure("/check/status");
    if (entry == nullptr) continue;
    (*entry)["winner"] = false;
    if (best == nullptr || is_better(*entry, *best, objective)) best = entry;
  }
  if (best == nullptr) return;
  (*best)["winner"] = true;
  choice["winner"] = best->at("algorithm");
}

bool can_choose_again(const Json& choice) {
  const Json& candidates = choice.at("candidates");
  const auto simulated = std::count_if(candidates.begin(), candidates.end(), [](const Json& candidate) {
    return candidate.at("declined").is_null();
  });
  return choice.at("asked") == kAllAlgorithms || simulated < 2 ||
         choice.at("objective") == name_of(kAlgorithmObjectiveNames, AlgorithmObjective::cycles);
}

}  // namespace systole
