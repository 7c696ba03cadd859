// Algorithms chosen by simulation. Which of the registered ones wins is recomputed here from the entries of
// `all`, so that these tests hold whatever else is registered.
#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/config/energy.h"
#include "sim/run/run.h"

namespace systole {
namespace {

using Json = nlohmann::ordered_json;

constexpr AlgorithmObjective kObjectives[] = {AlgorithmObjective::cycles, AlgorithmObjective::energy,
                                              AlgorithmObjective::edp};

/// 3 channels on 4 rows of weights.
Layer three_channels() {
  Layer layer;
  layer.name = "three_channels";
  layer.conv = {1, 1, 3, 10, 10, 4, 3, 3};
  return layer;
}

/// One layer on 4 x 4 weight-stationary PEs, its tensors on chip before the first cycle.
RunOptions options_for(Layer layer, const char* algorithm,
                       AlgorithmObjective objective = AlgorithmObjective::cycles) {
  RunOptions options;
  AcceleratorParams& params = options.arch.params;
  params.pe_array.rows = params.pe_array.cols = 4;
  params.pe_array.dataflow = Dataflow::weight_stationary;
  params.buffers.fill({1 << 16, 64, 4, 64, 1});
  options.arch.residency = Residency::sram;
  options.energy = load_energy_table("lecture", params);
  options.workload_path = "layers of a test";
  options.audit = true;
  layer.algorithm = algorithm;
  layer.objective = objective;
  options.workload.layers = {layer};
  return options;
}

RunOutcome simulate(const RunOptions& options) {
  RunPlan planned = plan(options);
  return simulate(options, planned, {[](size_t) {}, [](size_t) {}, [] {}});
}

Json entry_of(const RunOutcome& outcome, const std::string& algorithm) {
  for (const Json& entry : outcome.results["layers"])
    if (entry["algorithm"] == algorithm) return entry;
  FAIL("no entry of " << algorithm);
  return {};
}

uint64_t array_cycles(const Json& entry) {
  return entry["pe_array"]["busy"].get<uint64_t>() + entry["pe_array"]["fill_drain"].get<uint64_t>();
}

double figure(const Json& entry, AlgorithmObjective objective) {
  if (objective == AlgorithmObjective::cycles) return entry["cycles"];
  return objective == AlgorithmObjective::energy ? entry["energy_pj"]["total"] : entry["edp"];
}

}  // namespace

// gemm.m = 64 pixels, gemm.k = 27, R = C = 4, T = 64. A tap of 3 channels fills 3 of 4 rows: direct makes
// F = 9 folds, implicit_gemm 27 / 4 -> 7, each (F - 1) max(T, R) + T + 2R + C - 2 cycles.
TEST_CASE("three channels: flattening k saves folds and costs index arithmetic", "[choices]") {
  const RunOutcome outcome = simulate(options_for(three_channels(), kAllAlgorithms));
  CHECK(outcome.exit_code() == 0);
  const Json direct = entry_of(outcome, "direct"), implicit = entry_of(outcome, "implicit_gemm");
  CHECK(array_cycles(direct) == 8 * 64 + 64 + 10);
  CHECK(array_cycles(implicit) == 6 * 64 + 64 + 10);
  CHECK(implicit["cycles"] < direct["cycles"]);
  CHECK(implicit["edp"] < direct["edp"]);
  CHECK(direct["energy_pj"]["total"] < implicit["energy_pj"]["total"]);
  for (const Json& entry : {direct, implicit}) {
    CHECK(entry["workspace_bytes"] == 0);
    CHECK(entry["check"]["max_abs_error_fp64"].is_number());
    CHECK(entry["check"]["outputs_fp64"] == 256);
  }
}

TEST_CASE("auto keeps what wins among all", "[choices]") {
  const Json all = simulate(options_for(three_channels(), kAllAlgorithms)).results["layers"];
  for (const AlgorithmObjective objective : kObjectives) {
    const RunOutcome outcome = simulate(options_for(three_channels(), kAutoAlgorithm, objective));
    const Json best = *std::min_element(all.begin(), all.end(), [&](const Json& a, const Json& b) {
      return figure(a, objective) < figure(b, objective);
    });
    REQUIRE(outcome.results["layers"].size() == 1);
    Json kept = outcome.results["layers"][0];
    CHECK(kept["algorithm"] == best["algorithm"]);
    CHECK(kept["algorithm_asked"] == kAutoAlgorithm);
    CHECK(kept["winner"] == true);
    CHECK(outcome.results["totals"]["cycles"] == best["cycles"]);
    for (const char* key : {"cycles", "ops", "sram", "energy_pj", "check"}) CHECK(kept[key] == best[key]);
    CHECK(outcome.results["choices"][0]["winner"] == best["algorithm"]);
    CHECK(outcome.results["choices"][0]["candidates"].size() == algorithms().size());
    CHECK(outcome.host["layers"].size() == all.size());
  }
}

TEST_CASE("a filter of one tap has nothing to flatten: the tie goes to the first", "[choices]") {
  Layer layer = three_channels();
  layer.conv.R = layer.conv.S = 1;
  for (const AlgorithmObjective objective : kObjectives) {
    const RunOutcome outcome = simulate(options_for(layer, kAllAlgorithms, objective));
    const Json direct = entry_of(outcome, "direct"), implicit = entry_of(outcome, "implicit_gemm");
    CHECK(figure(direct, objective) == figure(implicit, objective));
    CHECK(implicit["winner"] == false);
  }
}

TEST_CASE("totals are the winners', the check is everybody's", "[choices]") {
  const RunOutcome outcome = simulate(options_for(three_channels(), kAllAlgorithms));
  const Json& totals = outcome.results["totals"];
  const std::string winner = outcome.results["choices"][0]["winner"];
  CHECK(totals["layers"] == 1);
  CHECK(totals["cycles"] == entry_of(outcome, winner)["cycles"]);
  CHECK(totals["energy_pj"] == entry_of(outcome, winner)["energy_pj"]);
  CHECK(totals["check"]["layers"]["pass"] == outcome.results["layers"].size());
}

TEST_CASE("a wrong candidate neither wins nor hides", "[choices]") {
  RunOptions options = options_for(three_channels(), kAutoAlgorithm);
  const Json before = simulate(options).results["layers"][0];
  const RunPlan planned = plan(options);
  int turn = 0;
  while (planned.layers[turn].algorithm->name != before["algorithm"]) ++turn;
  options.tamper = [turn](Accelerator& machine) mutable {
    if (turn-- == 0) machine.buffer_bytes(Space::weight)[3] ^= 0x40;
  };
  const RunOutcome outcome = simulate(options);
  CHECK(outcome.exit_code() == 3);
  REQUIRE(outcome.failures.size() == 1);
  CHECK_THAT(outcome.failures[0],
             Catch::Contains("layer 'three_channels', algorithm " + before["algorithm"].get<std::string>()));
  REQUIRE(outcome.results["layers"].size() == 2);
  const Json wrong = entry_of(outcome, before["algorithm"]);
  CHECK(wrong["winner"] == false);
  CHECK(outcome.results["choices"][0]["winner"] != before["algorithm"]);
  CHECK(outcome.results["totals"]["check"]["status"] == "fail");
}

TEST_CASE("int8 is exact: no error against fp64", "[choices]") {
  Layer layer = three_channels();
  layer.format = Format::int8;
  layer.data.kind = DataKind::integers;
  const RunOutcome outcome = simulate(options_for(layer, kAllAlgorithms));
  const Json direct = entry_of(outcome, "direct");
  CHECK(direct["check"]["max_abs_error_fp64"] == 0.0);
  CHECK(direct["check"]["outputs_fp64"] == 256);
}

TEST_CASE("no legal mapping counts as declined; a layer that all decline is the user's mistake",
          "[choices]") {
  Layer layer = three_channels();
  layer.mapping.tile_k = 18;  // two of three channels, all taps
  RunOptions options = options_for(layer, kAllAlgorithms);
  options.arch.params.buffers.fill({64, 1, 1, 64, 1});
  CHECK_THROWS_AS(plan(options), UserError);
  try {
    plan(options);
  } catch (const UserError& error) {
    CHECK_THAT(error.what(), Catch::Contains("layer 'three_channels': no algorithm takes it: direct: ") &&
                                 Catch::Contains("; implicit_gemm: "));
  }
}

}  // namespace systole
