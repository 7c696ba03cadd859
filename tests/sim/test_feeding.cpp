// Every shipped architecture has buffers wide enough to feed its own array: a dense gemm on chip meets no
// busy bank.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "models/number/format.h"
#include "sim/config/config.h"
#include "tests/sim/child_process.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/stepping_under_test.h"
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

struct DenseCase {
  Format format;
  Dataflow dataflow;
  GemmShape shape;
};

std::vector<DenseCase> cases_on(const PeArrayParams& array) {
  std::vector<DenseCase> cases;
  for (const Format format : {Format::fp32, Format::fp16, Format::int8, Format::int4}) {  // widths, that is
    for (const DataflowTraits& dataflow : dataflows()) {
      for (GemmShape shape : dense_gemms(array)) {
        for (int transposed = 0; transposed < 4; ++transposed) {
          shape.transpose_a = transposed / 2 == 0;
          shape.transpose_b = transposed % 2 == 0;
          cases.push_back({format, dataflow.id, shape});
        }
      }
    }
  }
  return cases;
}

Json feed(Accelerator& machine, const RunOptions& options, const DenseCase& c) {
  Layer layer = gemm_layer("dense", c.shape, c.format);
  layer.format.output = layer.formats().accumulator;  // the vector unit has nothing to do
  layer.dataflow = c.dataflow;
  layer.algorithm = "direct";
  const LayerRun run = run_layer(machine, options, layer);
  return {{"case", fmt::format("{} {} {} m={} n={} k={} transposed: {} {}", options.arch.name,
                               traits_of(c.dataflow).name, traits_of(c.format).name, c.shape.m, c.shape.n,
                               c.shape.k, c.shape.transpose_a, c.shape.transpose_b)},
          {"own", c.dataflow == options.arch.params.pe_array.dataflow},
          {"k_contiguous", !c.shape.transpose_a && c.shape.transpose_b},
          {"failure", run.failure},
          {"input", run.stats.buffers[0].conflict_cycles},
          {"weight", run.stats.buffers[1].conflict_cycles},
          {"output", run.stats.buffers[2].conflict_cycles},
          {"wait_input", run.stats.array.cycles[static_cast<size_t>(Activity::wait_input)]}};
}

Json feed_all(const ArchConfig& arch) {
  Accelerator machine(arch.params, stepping_under_test());
  RunOptions options = options_for(arch.params);
  options.arch.name = arch.name;
  options.arch.residency = Residency::sram;
  Json rows = Json::array();
  for (const DenseCase& c : cases_on(arch.params.pe_array)) rows.push_back(feed(machine, options, c));
  return rows;
}

}  // namespace

TEST_CASE("every shipped architecture feeds its own array without conflict") {
  for (const std::string& name : shipped(Shipped::arch)) {
    const ArchConfig arch = load_arch(name, {});
    for (const Json& row : in_child([&] { return feed_all(arch); })) {
      INFO(row.dump());
      CHECK(row["failure"] == "");
      // Under a dataflow that is not its own an array needs k to lie contiguous, and may wait to write.
      if (row["own"]) CHECK(row["output"] == 0);
      if (!row["own"] && !row["k_contiguous"]) continue;
      CHECK(row["input"] == 0);
      CHECK(row["weight"] == 0);
      CHECK(row["wait_input"] == 0);
    }
  }
}

}  // namespace systole::test
