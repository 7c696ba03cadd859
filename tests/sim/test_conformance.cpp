// Whatever is registered, on machines of all kinds: every layer passes both references and every invariant,
// or the algorithm declines it and says why. One machine a case; what is registered later is enrolled by
// itself.
#include <catch2/catch.hpp>

#include "models/number/format.h"
#include "tests/sim/awkward_layers.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

/// What the mappings led to, so that a grid that has become too easy shows.
struct Seen {
  uint64_t runs = 0, k_splits = 0, psums_in_dram = 0, kept_halo_bytes = 0, refetches = 0;

  void add(const Layer& layer, const LayerRun& run) {
    ++runs;
    const auto at = [](Tensor tensor) { return static_cast<size_t>(tensor); };
    k_splits += run.mapping.channels < make_problem(layer).C;
    psums_in_dram += run.stats.store.bytes[at(Tensor::psum)] > 0;
    kept_halo_bytes += run.stats.load.on_chip_bytes;
    const Problem problem = make_problem(layer);
    refetches += run.stats.load.bytes[at(Tensor::input)] > problem.input_bytes();
  }
};

void check_layer_on(Accelerator& machine, const RunOptions& options, const Layer& layer, Seen& seen) {
  INFO(layer.name << " " << format_text(layer.formats(), layer.has_scale()) << " "
                  << traits_of(*layer.dataflow).name << " " << layer.algorithm);
  const LoweringRequest request{layer, options.arch.params, *layer.dataflow, options.arch.residency};
  if (!find_algorithm(layer.algorithm)->declines(request).empty()) return;
  try {
    const LayerRun run = run_layer(machine, options, layer);
    CHECK(run.failure == "");
    CHECK(run.results["check"]["status"] == "pass");
    seen.add(layer, run);
  } catch (const std::exception& error) {
    FAIL_CHECK(error.what());
  }
}

Seen check_all(const AcceleratorParams& params) {
  Accelerator machine(params, stepping_under_test());
  const RunOptions options = options_for(params);
  Seen seen;
  uint64_t turn = 0;
  for (const Format format : formats()) {
    // A format differs from its accumulator's in storage alone: one dataflow takes each of its layers, in
    // turn.
    const bool with_all = format == Format::fp32 || format == Format::int8;
    for (Layer layer : awkward_layers_everywhere(format)) {
      for (const Algorithm& algorithm : algorithms()) {
        ++turn;
        for (const DataflowTraits& dataflow : dataflows()) {
          if (!with_all && ++turn % dataflows().size() != 0) continue;
          layer.algorithm = algorithm.name;
          layer.dataflow = dataflow.id;
          check_layer_on(machine, options, layer, seen);
        }
      }
    }
  }
  CHECK(seen.runs > 0);
  return seen;
}

constexpr MmaParams kScalar{}, kLopsided{2, 3, 4, 3}, kTensorCore{4, 4, 4, 4};
constexpr BufferParams kSmall{2048, 4, 1, 64, 2}, kSingle{2048, 2, 1, 128, 1}, kLarge{64 << 10, 16, 1, 64, 2};

void check_small(AcceleratorParams params, uint32_t accumulators) {
  params.accumulators.entries = accumulators;
  const Seen seen = check_all(params);
  CHECK(seen.k_splits > 0);
  CHECK(seen.psums_in_dram > 0);
  CHECK(seen.kept_halo_bytes > 0);
  CHECK(seen.refetches > 0);
}

}  // namespace

TEST_CASE("conformance: systolic scalars, small buffers") {
  check_small(machine(3, 4, kScalar, Interconnect::systolic, true, kSmall), 1024);
}
TEST_CASE("conformance: systolic scalars, small buffers, no overlap") {
  check_small(machine(4, 2, kScalar, Interconnect::systolic, false, kSmall), 5);
}
TEST_CASE("conformance: systolic scalars, large buffers") {
  check_all(machine(8, 8, kScalar, Interconnect::systolic, true, kLarge));
}
TEST_CASE("conformance: systolic scalars, large buffers, no overlap") {
  check_all(machine(5, 7, kScalar, Interconnect::systolic, false, kLarge));
}
TEST_CASE("conformance: systolic 2x3x4, small buffers") {
  check_small(machine(3, 2, kLopsided, Interconnect::systolic, true, kSmall), 0);
}
TEST_CASE("conformance: systolic 2x3x4, small buffers, no overlap") {
  check_small(machine(2, 2, kLopsided, Interconnect::systolic, false, kSingle), 1024);
}
TEST_CASE("conformance: systolic 2x3x4, large buffers") {
  check_all(machine(4, 5, kLopsided, Interconnect::systolic, true, kLarge));
}
TEST_CASE("conformance: systolic 4x4x4, small buffers") {
  check_small(machine(2, 3, kTensorCore, Interconnect::systolic, true, kSmall), 3);
}
TEST_CASE("conformance: systolic 4x4x4, large buffers, no overlap") {
  check_all(machine(4, 4, kTensorCore, Interconnect::systolic, false, kLarge));
}
TEST_CASE("conformance: broadcast scalars, small buffers") {
  check_small(machine(4, 3, kScalar, Interconnect::broadcast, true, kSmall), 2);
}
TEST_CASE("conformance: broadcast scalars, large buffers, no overlap") {
  check_all(machine(7, 6, kScalar, Interconnect::broadcast, false, kLarge));
}
TEST_CASE("conformance: broadcast 2x3x4, small buffers, no overlap") {
  check_small(machine(2, 3, kLopsided, Interconnect::broadcast, false, kSmall), 1024);
}
TEST_CASE("conformance: broadcast 2x3x4, large buffers") {
  check_all(machine(3, 3, kLopsided, Interconnect::broadcast, true, kLarge));
}
TEST_CASE("conformance: broadcast 4x4x4, small buffers") {
  check_small(machine(2, 2, kTensorCore, Interconnect::broadcast, true, kSingle), 1024);
}
TEST_CASE("conformance: broadcast 4x4x4, small buffers, no overlap") {
  check_small(machine(1, 3, kTensorCore, Interconnect::broadcast, false, kSmall), 0);
}
TEST_CASE("conformance: broadcast 4x4x4, large buffers") {
  check_all(machine(4, 4, kTensorCore, Interconnect::broadcast, true, kLarge));
}

}  // namespace systole::test
