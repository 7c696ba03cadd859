// Machines and layers drawn at random, each machine in a process of its own: whatever a user may write down
// passes both references and every invariant, or is refused as an illegal mapping.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sim/config/config.h"
#include "tests/sim/child_process.h"
#include "tests/sim/random_machines.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

/// {"passed": n, "wrong": [...]}
nlohmann::ordered_json run_machine(uint32_t seed, uint32_t layers) {
  Draw draw(seed);
  const AcceleratorParams params = random_machine(draw);
  RunOptions options = options_for(params);
  Accelerator machine(params, stepping_under_test());
  nlohmann::ordered_json result{{"passed", 0}, {"wrong", nlohmann::ordered_json::array()}};
  for (uint32_t i = 0; i < layers; ++i) {
    Layer layer = random_layer(draw, i);
    options.arch.residency = draw(0, 4) == 0 ? Residency::sram : Residency::dram;
    layer.algorithm = algorithm_for(layer, options, draw(0, 1000));
    std::string failure;
    try {
      failure = run_layer(machine, options, layer).failure;
    } catch (const UserError&) {
      continue;
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (failure.empty()) {
      result["passed"] = result["passed"].get<uint64_t>() + 1;
    } else {
      result["wrong"].push_back(
          fmt::format("machine {} ({}) {}: {}", seed, describe(params), describe(layer), failure));
    }
  }
  return result;
}

void run_machines(uint32_t first, uint32_t machines, uint32_t layers) {
  uint64_t passed = 0;
  for (uint32_t seed = first; seed < first + machines; ++seed) {
    const auto result = in_child([=] { return run_machine(seed, layers); });
    passed += result["passed"].get<uint64_t>();
    for (const auto& wrong : result["wrong"]) FAIL_CHECK(wrong.get<std::string>());
  }
  CHECK(passed > uint64_t{machines} * layers / 2);
}

}  // namespace

TEST_CASE("random machines 0 to 99") { run_machines(0, 100, 30); }
TEST_CASE("random machines 100 to 199") { run_machines(100, 100, 30); }

}  // namespace systole::test
