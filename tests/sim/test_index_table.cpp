// What implicit gemm costs with its index computed, and with a table of offsets: by hand.
#include <catch2/catch.hpp>

#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {

TEST_CASE("an index is computed for every element, or read for every k of a fold") {
  const AcceleratorParams params = machine(1, 1, {}, Interconnect::systolic, true, {4096, 16, 1, 64, 2});
  Accelerator one(params);
  const RunOptions options = options_for(params);
  // A 2x2 filter over 3x3 pixels of two channels: four outputs, k = 8. On one PE each output is a fold.
  Layer layer = conv_layer("window", {1, 1, 2, 3, 3, 1, 2, 2}, Format::fp32);
  constexpr uint64_t kFolds = 4, kDepth = 8;

  layer.algorithm = "implicit_gemm";
  const LayerRun computed = run_layer(one, options, layer);
  CHECK(computed.failure == "");
  CHECK(computed.stats.array.index_divmods == 4 * kFolds * kDepth);
  CHECK(computed.stats.array.index_multiplies == 4 * kFolds * kDepth);
  CHECK(computed.stats.array.index_adds == 4 * kFolds * kDepth);

  layer.algorithm = "implicit_precomp_gemm";
  const LayerRun table = run_layer(one, options, layer);
  CHECK(table.failure == "");
  CHECK(table.stats.array.index_divmods == 0);
  CHECK(table.stats.array.index_multiplies == 0);
  CHECK(table.stats.array.index_adds == 0);
  const auto index = static_cast<size_t>(Tensor::index);
  CHECK(table.stats.load.bytes[index] == 4 * kDepth);
  CHECK(table.stats.buffers[0].reads_by_tensor[index] == kFolds * kDepth / 2);  // two offsets a word
  CHECK(computed.stats.buffers[0].reads_by_tensor[index] == 0);
  CHECK(table.stats.array.multiplies == computed.stats.array.multiplies);
  CHECK(table.output == computed.output);
}

}  // namespace systole::test
