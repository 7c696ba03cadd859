#include <catch2/catch.hpp>

#include "sim/report/choices.h"
#include "sim/report/rates.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

Json entry(const char* algorithm, uint64_t cycles, double energy, const char* status = "pass") {
  return {{"name", "a"},
          {"algorithm", algorithm},
          {"winner", true},
          {"cycles", cycles},
          {"energy_pj", {{"total", energy}}},
          {"edp", nullptr},
          {"check", {{"status", status}}}};
}

Json open_choice(AlgorithmObjective objective, const char* asked = kAllAlgorithms) {
  Layer layer;
  layer.name = "a";
  layer.algorithm = asked;
  layer.objective = objective;
  return choice_of(layer, {{"first", ""}, {"odd", "it is odd"}, {"second", ""}, {"third", ""}});
}

/// The algorithms whose entries are marked.
std::vector<std::string> winners(const Json& layers) {
  std::vector<std::string> names;
  for (const Json& layer : layers)
    if (layer["winner"].get<bool>()) names.push_back(layer["algorithm"]);
  return names;
}

std::vector<std::string> chosen(AlgorithmObjective objective, Json layers) {
  Json choice = open_choice(objective);
  choose(choice, layers);
  CHECK(winners(layers) == std::vector<std::string>{choice["winner"]});
  return winners(layers);
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("each objective has its own winner", "[choices]") {
  const Json layers = {entry("first", 100, 50), entry("second", 60, 90), entry("third", 70, 60)};
  CHECK(chosen(AlgorithmObjective::cycles, layers) == Names{"second"});
  CHECK(chosen(AlgorithmObjective::energy, layers) == Names{"first"});
  CHECK(chosen(AlgorithmObjective::edp, layers) == Names{"third"});  // 5000, 5400, 4200
}

TEST_CASE("of equals the first of the registry wins, in whatever order the entries lie", "[choices]") {
  const Json layers = {entry("third", 70, 60), entry("second", 70, 60), entry("first", 80, 70)};
  for (const auto objective :
       {AlgorithmObjective::cycles, AlgorithmObjective::energy, AlgorithmObjective::edp})
    CHECK(chosen(objective, layers) == Names{"second"});
}

TEST_CASE("a wrong result wins only among wrong ones", "[choices]") {
  CHECK(chosen(AlgorithmObjective::cycles, {entry("first", 100, 1), entry("second", 60, 1, "fail"),
                                            entry("third", 70, 1)}) == Names{"third"});
  CHECK(chosen(AlgorithmObjective::cycles,
               {entry("first", 100, 1, "fail"), entry("second", 60, 1, "fail")}) == Names{"second"});
}

TEST_CASE("candidates tell their figures, or why there are none", "[choices]") {
  Json choice = open_choice(AlgorithmObjective::cycles);
  Json layers = {entry("first", 100, 50), entry("second", 60, 90)};
  choose(choice, layers);
  const Json& candidates = choice["candidates"];
  REQUIRE(candidates.size() == 4);
  CHECK(candidates[0] == Json({{"algorithm", "first"},
                               {"declined", nullptr},
                               {"cycles", 100},
                               {"energy", 50.0},
                               {"edp", nullptr},
                               {"check", "pass"}}));
  CHECK(candidates[1]["declined"] == "it is odd");
  CHECK(candidates[1]["cycles"].is_null());
  CHECK(candidates[3]["cycles"].is_null());  // was not kept
}

TEST_CASE("other prices need the counts of all algorithms, but for cycles", "[choices]") {
  CHECK(can_choose_again(open_choice(AlgorithmObjective::energy)));
  CHECK(can_choose_again(open_choice(AlgorithmObjective::cycles, kAutoAlgorithm)));
  CHECK_FALSE(can_choose_again(open_choice(AlgorithmObjective::energy, kAutoAlgorithm)));
  CHECK_FALSE(can_choose_again(open_choice(AlgorithmObjective::edp, kAutoAlgorithm)));
}

}  // namespace systole
