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

/// Of a fold, whatever lies on it.
uint32_t longest_side(const PeArrayParams& array) {
  return std::max({array.rows * array.mma.m, array.cols * array.mma.n, array.rows * array.mma.k});
}
bool is_large(const PeArrayParams& array) { return longest_side(array) >= 256; }

/// Three folds a side (two of large ones); k also a power of two, the worst for banks, and ragged.
std::vector<GemmShape> dense_gemms(const PeArrayParams& array) {
  const uint32_t side = longest_side(array), k = array.rows * array.mma.k, folds = is_large(array) ? 2 : 3;
  return {{1, folds * side, folds * side, folds * side},
          {1, folds * side, 2 * side, 4 * k},
          {1, 2 * side + 1, 2 * side + 3, 3 * k + 5}};
}

struct DenseCase {
  Format format;
  Dataflow dataflow;
  GemmShape shape;
};

/// A format of each width that the array sums; where it sums none of these, those that it does.
std::vector<Format> formats_on(const PeArrayParams& array) {
  const auto summed = [&](Format format) { return array.mma.sum[static_cast<size_t>(format)].has_value(); };
  std::vector<Format> widths;
  for (const Format format : {Format::fp32, Format::fp16, Format::int8, Format::int4})
    if (summed(format)) widths.push_back(format);
  if (!widths.empty()) return widths;
  for (const Format format : formats())
    if (summed(format)) widths.push_back(format);
  return widths;
}

std::vector<DenseCase> cases_on(const PeArrayParams& array) {
  std::vector<DenseCase> cases;
  for (const Format format : formats_on(array)) {
    for (const DataflowTraits& dataflow : dataflows()) {
      if (array.mma.keeps_sums() && dataflow.time != GemmDim::k) continue;  // refused
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

/// Of k, that the array takes in a cycle.
uint32_t elements_of_k(const PeArrayParams& array, const DenseCase& c) {
  const uint32_t depth = array.mma.depth(c.format);
  return c.dataflow == Dataflow::output_stationary ? depth : array.rows * depth;
}

Json feed(Accelerator& machine, const RunOptions& options, const DenseCase& c) {
  Layer layer = gemm_layer("dense", c.shape, c.format);
  layer.format.output = layer.formats().accumulator;  // the vector unit has nothing to do
  layer.dataflow = c.dataflow;
  layer.algorithm = "direct";
  const LayerRun run = run_layer(machine, options, layer);
  const auto& buffers = options.arch.params.buffers;
  const uint32_t banks = std::min(buffers[0].banks, buffers[1].banks);
  return {{"case", fmt::format("{} {} {} m={} n={} k={} transposed: {} {}", options.arch.name,
                               traits_of(c.dataflow).name, traits_of(c.format).name, c.shape.m, c.shape.n,
                               c.shape.k, c.shape.transpose_a, c.shape.transpose_b)},
          {"own", c.dataflow == options.arch.params.pe_array.dataflow},
          {"deep", elements_of_k(options.arch.params.pe_array, c) > banks},
          {"k_contiguous", !c.shape.transpose_a && c.shape.transpose_b},
          {"failure", run.failure},
          {"input", run.stats.buffers[0].conflict_cycles},
          {"weight", run.stats.buffers[1].conflict_cycles},
          {"output", run.stats.buffers[2].conflict_cycles},
          {"wait_input", run.stats.array.cycles[static_cast<size_t>(Activity::wait_input)]}};
}

Json feed_all(const ArchConfig& arch) {
  AcceleratorParams params = arch.params;
  for (BufferParams& buffer : params.buffers) {
    while (buffer.size < 16 << 20) buffer.size *= 2;  // for gemms of three folds a side
  }
  Accelerator machine(params, stepping_under_test());
  RunOptions options = options_for(params);
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
    // A machine of many multipliers takes minutes register by register.
    if (stepping_under_test() == Stepping::exact && is_large(arch.params.pe_array)) continue;
    for (const Json& row : in_child([&] { return feed_all(arch); })) {
      INFO(row.dump());
      CHECK(row["failure"] == "");
      // Under a dataflow that is not its own an array needs k to lie contiguous, and may wait to write. So
      // does one that takes more elements of k than there are banks, as the instructions of GPUs ask for it.
      if (row["own"]) CHECK(row["output"] == 0);
      if ((!row["own"] || row["deep"]) && !row["k_contiguous"]) continue;
      CHECK(row["input"] == 0);
      CHECK(row["weight"] == 0);
      CHECK(row["wait_input"] == 0);
    }
  }
}

}  // namespace systole::test
