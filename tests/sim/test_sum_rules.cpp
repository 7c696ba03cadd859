// Every summation rule in the machine: both references agree, and block stepping and exact stepping give the
// same results, counters and memory. What is registered later is enrolled by itself.
#include <catch2/catch.hpp>

#include "tests/sim/awkward_layers.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

constexpr BufferParams kBuffer{16384, 16, 1, 128, 2};

/// MMA units as deep as the rule's longest blocks, with rates for shorter ones.
MmaParams units_for(const Summation& summation) {
  const SumRule rule = summation.rule;
  MmaParams mma{2, 3, 3, 2};
  mma.sum = for_every_format(std::optional(summation));
  if (aligned_operand(rule, Format::fp16) == nullptr && aligned_operand(rule, Format::fp8_e4m3) == nullptr)
    return mma;
  mma.k = 0;
  for (const AlignedOperand& operand : traits_of(rule).operands) mma.k = std::max(mma.k, operand.terms);
  for (const AlignedOperand& operand : traits_of(rule).operands) {
    if (operand.terms == 0) continue;
    mma.rate[static_cast<int>(operand.format)] = {1, static_cast<uint8_t>(mma.k / operand.terms)};
  }
  return mma;
}

Json run_all(const Summation& summation, Interconnect interconnect, Stepping stepping) {
  const AcceleratorParams params = machine(3, 2, units_for(summation), interconnect, true, kBuffer);
  Accelerator accelerator(params, stepping);
  const RunOptions options = options_for(params);
  Json records = Json::array();
  for (const Format format : formats()) {
    if (!takes(summation.rule, LayerFormats::of_operands(format).products())) continue;
    for (Layer layer : awkward_layers_everywhere(format)) {
      layer.dataflow = dataflows()[records.size() % dataflows().size()].id;
      layer.algorithm = algorithm_for(layer, options, 0);
      try {
        const LayerRun run = run_layer(accelerator, options, layer);
        CHECK(run.failure == "");
        CHECK(run.results["check"]["status"] == "pass");
        records.push_back(record_of(layer, run));
      } catch (const UserError& error) {
        records.push_back(error.what());
      }
    }
  }
  return records;
}

}  // namespace

TEST_CASE("sum rules: both steppings, both references") {
  std::vector<Summation> all;
  for (const SumRule rule : sum_rules()) all.emplace_back(rule);
  all.emplace_back(AlignedSum{9, 12, Rounding::nearest_even});  // a block of nothing but the sum cuts it
  for (const Summation& summation : all) {
    for (const Interconnect interconnect : {Interconnect::systolic, Interconnect::broadcast}) {
      const Json block = in_child([&] { return run_all(summation, interconnect, Stepping::block); });
      const Json exact = in_child([&] { return run_all(summation, interconnect, Stepping::exact); });
      REQUIRE(block.size() > 10);
      REQUIRE(block.size() == exact.size());
      std::size_t simulated = 0;
      for (std::size_t i = 0; i < block.size(); ++i) {
        INFO(traits_of(summation.rule).name << ": " << block[i].dump().substr(0, 200));
        CHECK(block[i] == exact[i]);
        simulated += !block[i].is_string();
      }
      CHECK(simulated > block.size() / 2);
    }
  }
}

}  // namespace systole::test
