// Block-scaled operands on random machines: both steppings agree, every check passes, and what crosses the
// bus is what the plan says.
#include <catch2/catch.hpp>
#include <utility>

#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/random_machines.h"

namespace systole::test {
namespace {

/// Layers of one random machine, each operand of a block-scaled format or, now and then, of another.
nlohmann::ordered_json run_random(uint32_t seed, Stepping stepping) {
  Draw draw(seed);
  const AcceleratorParams params = random_machine(draw);
  RunOptions options = options_for(params);
  Accelerator machine(params, stepping);
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < 8; ++i) {
    Layer layer = random_layer(draw, i);
    layer.format = FormatRequest();
    layer.format.input = draw.of({Format::mxfp8, Format::mxfp6, Format::mxfp4});
    layer.format.weight = draw.of({Format::mxfp8, Format::mxfp6, Format::mxfp4, Format::bf16});
    if (draw.coin()) std::swap(layer.format.input, layer.format.weight);
    layer.scale.reset();
    layer.mapping = {};
    options.arch.residency = draw(0, 4) == 0 ? Residency::sram : Residency::dram;
    layer.algorithm = draw.coin() ? "direct" : "implicit_gemm";
    try {
      const LayerRun run = run_layer(machine, options, layer);
      nlohmann::ordered_json record = record_of(layer, run);
      record["failure"] = run.failure;
      for (int t = 0; t < kTensorCount && options.arch.residency == Residency::dram; ++t) {
        record["as_planned"].push_back(run.stats.load.bytes[t] == run.mapping.read_bytes[t] &&
                                       run.stats.store.bytes[t] == run.mapping.write_bytes[t]);
      }
      records.push_back(record);
    } catch (const UserError& error) {
      records.push_back(error.what());
    }
  }
  return records;
}

}  // namespace

TEST_CASE("mx: random machines and layers, both steppings, traffic as planned") {
  uint64_t simulated = 0, refused = 0;
  for (uint32_t seed = 0; seed < 30; ++seed) {
    const auto block = in_child([&] { return run_random(seed, Stepping::block); });
    const auto exact = in_child([&] { return run_random(seed, Stepping::exact); });
    REQUIRE(block.size() == exact.size());
    for (size_t i = 0; i < block.size(); ++i) {
      INFO("seed " << seed << ": " << block[i].dump().substr(0, 300));
      CHECK(block[i] == exact[i]);
      if (block[i].is_string()) {
        ++refused;
        continue;
      }
      ++simulated;
      CHECK(block[i]["failure"] == "");
      if (!block[i].contains("as_planned")) continue;
      for (const auto& planned : block[i]["as_planned"]) CHECK(planned == true);
    }
  }
  CHECK(simulated > 80);
  CHECK(refused > 5);
}

}  // namespace systole::test
