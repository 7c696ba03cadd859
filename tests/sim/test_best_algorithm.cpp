// What is best depends on the layer: figures that docs/algorithms.md shows, as inequalities.
#include <catch2/catch.hpp>

#include "sim/config/config.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

Json entry(const ArchConfig& arch, Layer layer, const char* algorithm) {
  layer.algorithm = algorithm;
  return in_child([&] {
    Accelerator machine(arch.params);
    RunOptions options = options_for(arch.params);
    options.arch.residency = arch.residency;
    const LayerRun run = run_layer(machine, options, layer);
    return Json{{"failure", run.failure},
                {"cycles", run.stats.cycles},
                {"busy", run.results["pe_array"]["busy"]},
                {"energy", run.results["energy_pj"]["total"]}};
  });
}

}  // namespace

TEST_CASE("fused Winograd takes at least 1.8 times fewer cycles than direct where the array limits both") {
  ArchConfig arch = load_arch("edge_16x16", {});
  for (BufferParams& buffer : arch.params.buffers) buffer.size = 2 << 20;
  Layer layer = conv_layer("vgg_like", {1, 1, 64, 112, 112, 64, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  layer.transform.winograd_m = 2;
  layer.transform.pretransformed = true;
  const Json direct = entry(arch, layer, "direct");
  CHECK(direct["failure"] == "");
  CHECK(direct["busy"].get<double>() > 0.95 * direct["cycles"].get<double>());
  for (const Halo halo : {Halo::keep, Halo::refetch}) {
    layer.halo = halo;
    const Json winograd = entry(arch, layer, "winograd");
    CHECK(winograd["failure"] == "");
    CHECK(direct["cycles"].get<double>() > 1.8 * winograd["cycles"].get<double>());
  }
}

TEST_CASE("the best algorithm changes with the filter and with what counts") {
  const ArchConfig arch = load_arch("edge_16x16", {});
  const WorkloadConfig workload = load_workload("filter_sizes");
  const auto figure = [&](size_t layer, const char* algorithm, const char* key) {
    const Json made = entry(arch, workload.layers[layer], algorithm);
    CHECK(made["failure"] == "");
    return made[key].get<double>();
  };
  CHECK(figure(0, "direct", "cycles") < figure(0, "winograd", "cycles"));
  CHECK(figure(0, "winograd", "energy") < figure(0, "direct", "energy"));
  CHECK(figure(0, "direct", "energy") < figure(0, "fft_tiling", "energy"));
  CHECK(figure(2, "fft_tiling", "energy") < figure(2, "direct", "energy"));
}

}  // namespace systole::test
