// A layer starts from reset: its figures are the same alone, first, last, and after whatever ran before it.
#include <algorithm>
#include <catch2/catch.hpp>

#include "models/number/format.h"
#include "tests/sim/awkward_layers.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

AcceleratorParams params() {
  AcceleratorParams p;
  p.clock_khz = 1'370'000;  // no common multiple with the DRAM's: edges drift from layer to layer
  p.pe_array.rows = 3;
  p.pe_array.cols = 4;
  p.pe_array.mma = {1, 2, 2, 3};
  p.accumulators.entries = 6;
  p.buffers.fill({2048, 4, 1, 64, 2});
  return p;
}

/// Records by layer name.
Json run_in_order(const std::vector<Layer>& layers) {
  Accelerator machine(params());
  const RunOptions options = options_for(params());
  Json records;
  for (const Layer& layer : layers)
    records[layer.name] = record_of(layer, run_layer(machine, options, layer));
  return records;
}

/// Awkward layers of every format, each under the dataflow whose turn it is; names made unique.
std::vector<Layer> all_layers() {
  std::vector<Layer> layers = varied_layers();
  const RunOptions options = options_for(params());
  for (Layer layer : awkward_layers_of_all_formats()) {
    layer.name += std::string("_") + traits_of(layer.formats().input).name;
    layer.dataflow = dataflows()[layers.size() % dataflows().size()].id;
    layer.algorithm = algorithm_for(layer, options, layers.size());
    layers.push_back(layer);
  }
  return layers;
}

}  // namespace

TEST_CASE("a layer's figures do not depend on the layers before it") {
  std::vector<Layer> layers = all_layers();
  Json alone;
  for (const Layer& layer : layers) {
    const Json records = in_child([&] { return run_in_order({layer}); });
    CHECK(records[layer.name]["failure"] == "");
    alone[layer.name] = records[layer.name];
  }
  for (int round = 0; round < 4; ++round) {
    const Json records = in_child([&] { return run_in_order(layers); });
    for (const Layer& layer : layers) {
      INFO(layer.name << " in round " << round);
      CHECK(records[layer.name] == alone[layer.name]);
    }
    round % 2 == 0 ? std::reverse(layers.begin(), layers.end())
                   : static_cast<void>(std::rotate(layers.begin(), layers.begin() + 3, layers.end()));
  }
}

TEST_CASE("the same layer twice in a row gives the same figures") {
  const Layer layer = varied_layers().front();
  Accelerator machine(params());
  const RunOptions options = options_for(params());
  const Json first = record_of(layer, run_layer(machine, options, layer));
  CHECK(record_of(layer, run_layer(machine, options, layer)) == first);
}

}  // namespace systole::test
