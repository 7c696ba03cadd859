// Every shipped architecture has buffers wide enough to feed its own array: a dense gemm on chip meets no
// busy bank.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/compute/format/format.h"
#include "sim/config/config.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

using Json = nlohmann::ordered_json;

/// Three folds a side, whatever lies on the sides; k also a power of two, the worst for banks, and ragged.
std::vector<GemmShape> dense_gemms(const PeArrayParams& array) {
  const uint32_t side =
      std::max({array.rows * array.mma.m, array.cols * array.mma.n, array.rows * array.mma.k});
  const uint32_t k = array.rows * array.mma.k;
  return {{1, 3 * side, 3 * side, 3 * side},
          {1, 3 * side, 2 * side, 4 * k},
          {1, 2 * side + 1, 2 * side + 3, 3 * k + 5}};
}

Json feed(const ArchConfig& arch) {
  Accelerator machine(arch.params);
  RunOptions options = options_for(arch.params);
  options.arch.residency = Residency::sram;
  Json rows = Json::array();
  for (const FormatTraits& format : kFormats) {
    for (const DataflowTraits& dataflow : kDataflows) {
      for (const GemmShape& shape : dense_gemms(arch.params.pe_array)) {
        Layer layer = gemm_layer("dense", shape, format.id);
        layer.gemm.transpose_b = true;
        layer.dataflow = dataflow.id;
        layer.algorithm = "direct";
        const LayerRun run = run_layer(machine, options, layer);
        rows.push_back({{"case", fmt::format("{} {} {} m={} n={} k={}", arch.name, dataflow.name, format.name,
                                             shape.m, shape.n, shape.k)},
                        {"own", dataflow.id == arch.params.pe_array.dataflow},
                        {"failure", run.failure},
                        {"input", run.stats.buffers[0].conflict_cycles},
                        {"weight", run.stats.buffers[1].conflict_cycles},
                        {"output", run.stats.buffers[2].conflict_cycles},
                        {"wait_input", run.stats.array.cycles[static_cast<size_t>(Activity::wait_input)]}});
      }
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("every shipped architecture feeds its own array without conflict") {
  for (const std::string& name : shipped(Shipped::arch)) {
    const ArchConfig arch = load_arch(name, {});
    for (const Json& row : in_child([&] { return feed(arch); })) {
      INFO(row.dump());
      CHECK(row["failure"] == "");
      CHECK(row["input"] == 0);
      CHECK(row["weight"] == 0);
      CHECK(row["wait_input"] == 0);
    }
  }
}

}  // namespace systole::test
