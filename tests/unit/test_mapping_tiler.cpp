#include <catch2/catch.hpp>

#include "lowering_case.h"
#include "sim/lowering/tiled.h"
#include "sim/mapping/explain.h"
#include "sim/mapping/tile_plan.h"
#include "sim/mapping/traffic.h"

using namespace systole;
using namespace systole::test;

namespace {

ConvShape resnet_3x3() {
  ConvShape s;
  s.C = s.M = 64;
  s.H = s.W = 56;
  s.R = s.S = 3;
  s.pad = {1, 1, 1, 1};
  return s;
}

LoweredLayer lower(const Layer& layer, const AcceleratorParams& arch, Residency residency = Residency::dram) {
  return find_algorithm("direct")->lower({layer, arch, Dataflow::output_stationary, residency});
}

uint64_t read_of(const Mapping& m, Tensor tensor) { return m.read_bytes[static_cast<int>(tensor)]; }

AcceleratorParams with_buffers(uint64_t bytes) {
  AcceleratorParams arch;
  for (BufferParams& buffer : arch.buffers) buffer.size = bytes;
  return arch;
}

}  // namespace

TEST_CASE("Buffers that hold the tensors: each byte moves once", "[mapping]") {
  const Mapping m = lower(conv_layer(resnet_3x3()), with_buffers(4 << 20)).mapping;
  CHECK(read_of(m, Tensor::weight) == 36864 * 4);
  CHECK(read_of(m, Tensor::input) == 200704 * 4);
  CHECK(m.dram_read_bytes == (36864 + 200704) * 4);
  CHECK(m.dram_write_bytes == 200704 * 4);
  CHECK(m.steps == 1);
}

TEST_CASE("Small buffers: never less than the tensors, and halos cost only when refetched", "[mapping]") {
  Layer layer = conv_layer(resnet_3x3());
  layer.mapping.tile_m = 2 * 56;
  layer.mapping.order = {GemmDim::n, GemmDim::m, GemmDim::k};
  layer.mapping.tile_n = 64;
  layer.mapping.tile_k = 576;
  AcceleratorParams arch = with_buffers(128 << 10);
  arch.buffers[1].size = 512 << 10;
  const Mapping keep = lower(layer, arch).mapping;
  CHECK(read_of(keep, Tensor::input) == 200704 * 4);
  layer.halo = Halo::refetch;
  const Mapping refetch = lower(layer, arch).mapping;
  // 28 tiles of two output rows read four input rows each; the first and last lack the padding row.
  CHECK(read_of(refetch, Tensor::input) == (28 * 4 - 2) * 56 * 64 * 4);
}

TEST_CASE("No dimension is split that fits its slot", "[mapping]") {
  const LoweredLayer gemm = lower(gemm_layer({1, 100, 90, 80, false, false}), with_buffers(128 << 10));
  CHECK(gemm.mapping.cols == 100);
  CHECK(gemm.mapping.filters == 90);
  CHECK(gemm.mapping.channels == 80);
  for (uint32_t k : {200, 1000, 3000}) {
    const Layer layer = gemm_layer({1, 300, 500, k, false, true});
    const LoweringRequest request{layer, with_buffers(128 << 10), Dataflow::weight_stationary};
    const TileContext context = tile_context(request, Indexing::loops);
    const Mapping m = find_algorithm("direct")->lower(request).mapping;
    for (GemmDim dim : {GemmDim::m, GemmDim::n, GemmDim::k}) {
      Tiles whole = m;
      if (dim == GemmDim::m) whole.cols = 300;
      if (dim == GemmDim::n) whole.filters = 500;
      if (dim == GemmDim::k) whole.channels = k;
      const bool split = dim == GemmDim::m   ? m.cols < 300
                         : dim == GemmDim::n ? m.filters < 500
                                             : m.channels < k;
      CHECK(make_plan(context, whole).fits() != split);
    }
  }
}

TEST_CASE("The traffic is the least of all mappings tried by hand", "[mapping]") {
  // 64 x 64 result in one 16 KiB slot, k in parts: both operands are read once.
  Layer layer = gemm_layer({1, 64, 64, 4096, false, true});
  const Mapping m = lower(layer, with_buffers(64 << 10)).mapping;
  CHECK(m.dram_read_bytes == 2 * 64 * 4096 * 4);
  CHECK(m.dram_write_bytes == 64 * 64 * 4);
  CHECK(m.channels < 4096);
}

TEST_CASE("A requested mapping is kept, an illegal one names the buffer and the overflow", "[mapping]") {
  Layer layer = conv_layer(resnet_3x3());
  const AcceleratorParams arch = with_buffers(128 << 10);
  layer.mapping.tile_m = 112;
  layer.mapping.tile_n = 16;
  layer.mapping.tile_k = 9 * 32;
  layer.mapping.order = {GemmDim::m, GemmDim::n, GemmDim::k};
  const Mapping m = lower(layer, arch).mapping;
  CHECK(m.rows == 2);
  CHECK(m.cols == 56);
  CHECK(m.filters == 16);
  CHECK(m.channels == 32);
  CHECK(m.order == std::array<GemmDim, 3>{GemmDim::m, GemmDim::n, GemmDim::k});

  const auto message = [&](MappingRequest request) -> std::string {
    layer.mapping = std::move(request);
    try {
      lower(layer, arch);
    } catch (const MappingError& error) {
      return error.what();
    }
    return "no error";
  };
  // 56 rows of 56 pixels of 33 words: 827904 bytes against a slot of 65536.
  CHECK_THAT(message({3136, 64, 576, {}}),
             Catch::Contains("the whole input buffer") && Catch::Contains("by 696832 bytes"));
  // 64 filters of 289 words, all there are: they may lie across both slots.
  CHECK_THAT(message({56, 64, 576, {}}),
             Catch::Contains("the whole weight buffer") && Catch::Contains("by 16896 bytes"));
  CHECK_THAT(message({57, {}, {}, {}}), Catch::Contains("tile m of 57") && Catch::Contains("multiple of 56"));
  CHECK_THAT(message({{}, {}, 100, {}}),
             Catch::Contains("tile k of 100") && Catch::Contains("multiple of 9"));
  CHECK_THAT(message({{}, 0U, {}, {}}), Catch::Contains("tile n of 0"));
  CHECK_THAT(message({{}, {}, {}, {GemmDim::m, GemmDim::m, GemmDim::k}}),
             Catch::Contains("each of m, n, k once"));
}

TEST_CASE("Data on chip: the whole layer must fit", "[mapping]") {
  Layer layer = conv_layer(resnet_3x3());
  CHECK_THROWS_WITH(lower(layer, with_buffers(128 << 10), Residency::sram),
                    Catch::Contains("overflows the whole input buffer") && Catch::Contains("696832"));
  layer.mapping.tile_n = 8;
  CHECK_THROWS_WITH(lower(layer, with_buffers(4 << 20), Residency::sram), Catch::Contains("residency sram"));
  layer.mapping = {};
  CHECK(lower(layer, with_buffers(1 << 20), Residency::sram).mapping.steps == 1);  // across both slots
}

TEST_CASE("Tensors larger than the DRAM are refused", "[mapping]") {
  AcceleratorParams arch = with_buffers(128 << 10);
  arch.dram.capacity = 1 << 20;
  CHECK_THROWS_WITH(lower(conv_layer(resnet_3x3()), arch), Catch::Contains("bytes of DRAM"));
}

TEST_CASE("Depthwise channels are loaded together", "[mapping]") {
  ConvShape s;
  s.C = s.M = s.G = 64;
  s.H = s.W = 28;
  s.R = s.S = 3;
  s.pad = {1, 1, 1, 1};
  const Mapping m = lower(conv_layer(s), with_buffers(128 << 10)).mapping;
  CHECK(m.groups >= 16);  // 64-byte bursts of 4-byte channels
  CHECK(m.dram_read_bytes == (28 * 28 * 64 + 9 * 64) * 4);
}

TEST_CASE("The mapping is explained, and the same each time", "[mapping]") {
  const Layer layer = conv_layer(resnet_3x3());
  const AcceleratorParams arch = with_buffers(128 << 10);
  const LoweringRequest request{layer, arch, Dataflow::output_stationary};
  const TileContext context = tile_context(request, Indexing::loops);
  const std::vector<std::string> lines = explain(context, lower(layer, arch).mapping);
  CHECK(lines == explain(context, lower(layer, arch).mapping));
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  for (const char* part : {"tile: m ", "order ", "input buffer: ", "DRAM reads: ",
                           "lower bounds: compute 451584", "chosen: ", "rejected: ", "more DRAM traffic"}) {
    CHECK_THAT(text, Catch::Contains(part));
  }
}
