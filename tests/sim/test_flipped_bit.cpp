// The check can fail: one flipped bit of an SRAM word is found, and found in the right place.
#include <catch2/catch.hpp>

#include "sim/config/energy.h"
#include "sim/run/run.h"

namespace systole {
namespace {

/// One layer of `tiny` on `tiny_2x2`, its tensors on chip before the first cycle.
RunOptions on_chip(const char* layer) {
  RunOptions options;
  options.arch = load_arch("tiny_2x2", {{"residency", "sram"}});
  options.energy = load_energy_table(options.arch.energy_table, options.arch.params);
  options.workload = load_workload("tiny", {{layer}, {}, {}, {}, {}, {}});
  options.audit = true;
  return options;
}

RunOutcome simulate(const RunOptions& options) {
  RunPlan planned = plan(options);
  return simulate(options, planned, {[](size_t) {}, [](size_t) {}, [] {}});
}

void flip(Accelerator& machine, Space buffer, size_t byte) { machine.buffer_bytes(buffer)[byte] ^= 0x40; }

}  // namespace

TEST_CASE("what nobody tampers with passes", "[check]") { CHECK(simulate(on_chip("gemm")).exit_code() == 0); }

TEST_CASE("a bit flipped in a weight spoils its column: exit code 3 and the worst index", "[check]") {
  RunOptions options = on_chip("gemm");
  options.tamper = [](Accelerator& machine) { flip(machine, Space::weight, 3); };  // exponent of B[0][0]
  const RunOutcome outcome = simulate(options);
  CHECK(outcome.exit_code() == 3);
  REQUIRE(outcome.failures.size() == 1);
  CHECK_THAT(outcome.failures[0], Catch::Contains("layer 'gemm'") && Catch::Contains("4 of 16 outputs"));
  const auto& check = outcome.results["layers"][0]["check"];
  CHECK(check["status"] == "fail");
  REQUIRE(check["worst_index"].size() == 3);
  CHECK(check["worst_index"][2] == 0);
  CHECK(outcome.results["totals"]["check"]["status"] == "fail");
}

TEST_CASE("a bit flipped in an input spoils its row", "[check]") {
  RunOptions options = on_chip("gemm_int8");
  options.tamper = [](Accelerator& machine) { flip(machine, Space::input, 0); };  // A[0][0]
  const RunOutcome outcome = simulate(options);
  CHECK(outcome.exit_code() == 3);
  const auto& check = outcome.results["layers"][0]["check"];
  REQUIRE(check["worst_index"].size() == 3);
  CHECK(check["worst_index"][1] == 0);
}

}  // namespace systole
