// DRAM traffic and workspace of the transforming algorithms, in buffers that hold every operand at once:
// closed forms, to the byte.
#include <catch2/catch.hpp>

#include "sim/mapping/array_shape.h"
#include "tests/sim/layer_fixture.h"
#include "tests/unit/reference_cases.h"

namespace systole::test {
namespace {

using Bytes = std::array<uint64_t, kTensorCount>;

Bytes bytes_of(std::initializer_list<std::pair<Tensor, uint64_t>> elements) {
  Bytes bytes{};
  for (const auto& [tensor, count] : elements) bytes[static_cast<size_t>(tensor)] = count * 4;
  return bytes;
}

constexpr uint64_t kN = 2, kC = 5, kM = 7, kH = 13, kW = 10;  // padded by 1: P = H, Q = W

class RoomyMachine {
 public:
  RoomyMachine()
      : params_(machine(8, 8, {}, Interconnect::systolic, true, {1 << 20, 16, 1, 64, 2})),
        options_(options_for(params_)),
        machine_(params_) {}

  void check(Layer layer, const char* algorithm, const Bytes& read, const Bytes& written,
             uint64_t workspace_elements) {
    check_bytes(std::move(layer), algorithm, read, written, workspace_elements * 4);
  }

  void check_bytes(Layer layer, const char* algorithm, const Bytes& read, const Bytes& written,
                   uint64_t workspace) {
    INFO(algorithm << (layer.transform.pretransformed ? ", pretransformed" : ""));
    layer.algorithm = algorithm;
    CHECK(plan_layer(options_, layer).lowered.workspace_bytes == workspace);
    const LayerRun run = run_layer(machine_, options_, layer);
    CHECK(run.failure == "");
    for (int t = 0; t < kTensorCount; ++t) {
      INFO(kTensorNames[t]);
      CHECK(run.stats.load.bytes[t] == read[t]);
      CHECK(run.stats.store.bytes[t] == written[t]);
    }
  }

  /// Steps that the plan takes along images, rows and columns of tiles.
  uint64_t spatial_steps(Layer layer, const char* algorithm, uint32_t rows, uint32_t cols) const {
    layer.algorithm = algorithm;
    const Mapping mapping = std::move(plan_layer(options_, layer).lowered.mapping);
    return kN * div_up(rows, mapping.rows) * div_up(cols, mapping.cols);
  }

 private:
  AcceleratorParams params_;
  RunOptions options_;
  Accelerator machine_;
};

Layer layer_3x3(bool pretransformed) {
  Layer layer = conv_layer("conv_3x3", {kN, 1, kC, kH, kW, kM, 3, 3, {1, 1}, {1, 1}, {1, 1, 1, 1}});
  layer.bias = true;
  layer.transform.winograd_m = 4;  // 4 x 3 tiles of 6 x 6 points an image, the last row and column ragged
  layer.transform.pretransformed = pretransformed;
  return layer;
}

constexpr uint64_t kInput = kN * kH * kW * kC, kOutput = kN * kH * kW * kM, kWeight = kM * 9 * kC;
constexpr uint64_t kTiles = kN * 4 * 3, kPoints = 36;
constexpr uint64_t kData = kTiles * kPoints * kC, kProducts = kTiles * kPoints * kM,
                   kFilters = kPoints * kM * kC;

}  // namespace

// int8 becomes int16 in F(2x2,3x3), of 7 x 5 tiles of 16 points an image, and int32 in F(4x4,3x3); products
// are int32 in both. Results are int32, or int8 with a scale.
TEST_CASE("traffic: transformed integers have the bytes of their format") {
  RoomyMachine machine;
  for (const uint64_t m : {2, 4}) {
    const uint64_t operand = m == 2 ? 2 : 4, points = (m + 2) * (m + 2),
                   tiles = kN * div_up(kH, m) * div_up(kW, m);
    const uint64_t data = tiles * points * kC * operand, products = tiles * points * kM * 4,
                   filters = points * kM * kC * operand;
    for (const bool requantized : {false, true}) {
      Layer layer = layer_3x3(false);
      layer.format = Format::int8;
      layer.data.kind = DataKind::integers;
      layer.bias = false;
      if (requantized) layer.scale = 0.01F;
      layer.transform.winograd_m = static_cast<uint32_t>(m);
      const uint64_t output = kOutput * (requantized ? 1 : 4);
      machine.check_bytes(layer, "winograd", {kInput, kWeight, 0, 0, 0, 0, 0}, {0, 0, 0, output, 0, 0, 0}, 0);
      const uint64_t between = data + products + filters;
      machine.check_bytes(layer, "winograd_nonfused", {kInput, kWeight, 0, 0, 0, between, 0},
                          {0, 0, 0, output, 0, between, 0}, between);
      layer.transform.pretransformed = true;
      machine.check_bytes(layer, "winograd", {kInput, filters, 0, 0, 0, 0, 0}, {0, 0, 0, output, 0, 0, 0}, 0);
    }
  }
}

// Rows that windows of neighbouring steps share are copied on chip; each step takes the bias values along.
TEST_CASE("traffic: fused Winograd touches inputs, weights and outputs only") {
  RoomyMachine machine;
  const Bytes written = bytes_of({{Tensor::output, kOutput}});
  for (const bool ahead : {false, true}) {
    const uint64_t steps = machine.spatial_steps(layer_3x3(ahead), "winograd", 4, 3);
    machine.check(layer_3x3(ahead), "winograd",
                  bytes_of({{Tensor::input, kInput},
                            {Tensor::weight, ahead ? kFilters : kWeight},
                            {Tensor::bias, steps * kM}}),
                  written, 0);
  }
}

TEST_CASE("traffic: Winograd in passes moves every transformed operand once each way") {
  RoomyMachine machine;
  const uint64_t run_time = kData + kProducts + kFilters, ahead = kData + kProducts;
  machine.check(layer_3x3(false), "winograd_nonfused",
                bytes_of({{Tensor::input, kInput},
                          {Tensor::weight, kWeight},
                          {Tensor::bias, kM},
                          {Tensor::workspace, run_time}}),
                bytes_of({{Tensor::output, kOutput}, {Tensor::workspace, run_time}}), run_time);
  machine.check(layer_3x3(true), "winograd_nonfused",
                bytes_of({{Tensor::input, kInput},
                          {Tensor::weight, kFilters},
                          {Tensor::bias, kM},
                          {Tensor::workspace, ahead}}),
                bytes_of({{Tensor::output, kOutput}, {Tensor::workspace, ahead}}), ahead);
}

TEST_CASE("traffic: the Toeplitz matrix is written and read once, the input read once") {
  RoomyMachine machine;
  const uint64_t toeplitz = kN * kH * kW * kC * 9;
  machine.check(layer_3x3(false), "explicit_gemm",
                bytes_of({{Tensor::input, kInput},
                          {Tensor::weight, kWeight},
                          {Tensor::bias, kM},
                          {Tensor::workspace, toeplitz}}),
                bytes_of({{Tensor::output, kOutput}, {Tensor::workspace, toeplitz}}), toeplitz);
}

// m = 13, n = 7, k = 9 become sub-blocks of 7, 4 and 5: 7 left operands of 7 x 5, right of 4 x 5, products of
// 7 x 4.
TEST_CASE("traffic: Strassen's operands and products move once each way") {
  RoomyMachine machine;
  Layer layer = gemm_layer("gemm", {3, 13, 7, 9, false, true});
  layer.bias = true;
  const uint64_t left = 3 * 7 * 35, right = 3 * 7 * 20, products = 3 * 7 * 28;
  const uint64_t input = 3 * 13 * 9, weight = 3 * 7 * 9, bias = 3 * 7, output = 3 * 13 * 7;
  const uint64_t run_time = left + right + products, ahead = left + products;
  machine.check(layer, "strassen",
                bytes_of({{Tensor::input, input},
                          {Tensor::weight, weight},
                          {Tensor::bias, bias},
                          {Tensor::workspace, run_time}}),
                bytes_of({{Tensor::output, output}, {Tensor::workspace, run_time}}), run_time);
  layer.transform.pretransformed = true;
  machine.check(layer, "strassen",
                bytes_of({{Tensor::input, input},
                          {Tensor::weight, right},
                          {Tensor::bias, bias},
                          {Tensor::workspace, ahead}}),
                bytes_of({{Tensor::output, output}, {Tensor::workspace, ahead}}), ahead);
}

}  // namespace systole::test
