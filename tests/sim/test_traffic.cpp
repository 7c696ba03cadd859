// What crosses the DRAM bus for ResNet-50's 3x3 convolution of 64 channels on 56x56 pixels.
#include <catch2/catch.hpp>

#include "sim/config/config.h"
#include "tests/sim/layer_fixture.h"
#include "tests/sim/stepping_under_test.h"

namespace systole::test {
namespace {

constexpr uint64_t kInputBytes = 56 * 56 * 64 * 4, kWeightBytes = 64 * 64 * 3 * 3 * 4,
                   kOutputBytes = 56 * 56 * 64 * 4;

Layer resnet_layer() {
  for (const Layer& layer : load_workload("resnet50").layers) {
    const ConvShape& c = layer.conv;
    if (c.R == 3 && c.S == 3 && c.C == 64 && c.M == 64 && c.H == 56 && c.W == 56) return layer;
  }
  throw std::logic_error("resnet50 has lost its 3x3 layer of 64 channels");
}

uint64_t bytes(const DmaStats& dma, Tensor tensor) { return dma.bytes[static_cast<size_t>(tensor)]; }

LayerRun run_on(const std::vector<Override>& overrides) {
  const ArchConfig arch = load_arch("edge_16x16", overrides);
  Accelerator machine(arch.params, stepping_under_test());
  const LayerRun run = run_layer(machine, options_for(arch.params), resnet_layer());
  CHECK(run.failure == "");
  for (size_t t = 0; t < kTensorCount; ++t) {
    INFO(kTensorNames[t]);
    CHECK(run.stats.load.bytes[t] == run.mapping.read_bytes[t]);
    CHECK(run.stats.store.bytes[t] == run.mapping.write_bytes[t]);
  }
  return run;
}

}  // namespace

TEST_CASE("buffers that hold the tensors: every byte crosses the bus once") {
  const LayerRun run = run_on(
      {{"buffers.input.size", "4MiB"}, {"buffers.weight.size", "1MiB"}, {"buffers.output.size", "4MiB"}});
  CHECK(bytes(run.stats.load, Tensor::input) == kInputBytes);
  CHECK(bytes(run.stats.load, Tensor::weight) == kWeightBytes);
  CHECK(bytes(run.stats.store, Tensor::output) == kOutputBytes);
  CHECK(run.stats.dram.read_bytes == kInputBytes + kWeightBytes);
  CHECK(run.stats.dram.write_bytes == kOutputBytes);
  CHECK(run.stats.load.on_chip_bytes == 0);
}

TEST_CASE("buffers as shipped: at least every byte once") {
  const LayerRun run = run_on({});
  CHECK(bytes(run.stats.load, Tensor::input) >= kInputBytes);
  CHECK(bytes(run.stats.load, Tensor::weight) >= kWeightBytes);
  CHECK(bytes(run.stats.store, Tensor::output) >= kOutputBytes);
}

TEST_CASE("buffers of 8 KiB: more is read, the outputs are still written once unless sums spill") {
  const LayerRun run = run_on(
      {{"buffers.input.size", "8KiB"}, {"buffers.weight.size", "8KiB"}, {"buffers.output.size", "8KiB"}});
  CHECK(run.stats.dram.read_bytes > kInputBytes + kWeightBytes);
  CHECK(bytes(run.stats.store, Tensor::output) == kOutputBytes);
  CHECK(run.stats.dram.write_bytes == kOutputBytes + bytes(run.stats.store, Tensor::psum));
}

}  // namespace systole::test
