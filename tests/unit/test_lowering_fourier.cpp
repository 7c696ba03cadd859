// Which layers the Fourier algorithms take, and what they say of the others.
#include <catch2/catch.hpp>

#include "lowering_case.h"
#include "sim/lowering/transform/fft_tiles.h"

using namespace systole;
using namespace systole::test;

namespace {

constexpr MmaParams kScalar{1, 1, 1, 1};

AcceleratorParams roomy_machine() { return small_machine(16, 16, kScalar, 128 << 10); }

std::string why(const char* algorithm, const Layer& layer, const AcceleratorParams& arch = roomy_machine()) {
  return find_algorithm(algorithm)->declines({layer, arch, Dataflow::output_stationary});
}

Layer square(uint32_t size, uint32_t filter) {
  ConvShape shape;
  shape.C = shape.M = 4;
  shape.H = shape.W = size;
  shape.R = shape.S = filter;
  return conv_layer(shape);
}

FftTiles tiles_of(const Layer& layer, const AcceleratorParams& arch = roomy_machine()) {
  std::string reason;
  FftTiles tiles = fft_tiles({layer, arch, Dataflow::output_stationary}, make_problem(layer), reason);
  CHECK(reason.empty() == (tiles.n > 0));
  return tiles;
}

}  // namespace

TEST_CASE("Fourier algorithms say what they do not take") {
  for (const char* name : {"fft", "fft_tiling"}) {
    CAPTURE(name);
    CHECK(why(name, square(20, 3)) == "");
    CHECK(why(name, square(20, 1)) == "a 1x1 filter has no windows that overlap");
    CHECK(why(name, gemm_layer({1, 4, 4, 4, false, false})) == "only convolutions have spectra to multiply");
    Layer layer = square(20, 3);
    layer.conv.stride = {1, 2};
    CHECK(why(name, layer) == "the stride is not 1");
    layer = square(20, 3);
    layer.conv.dilation = {2, 1};
    CHECK(why(name, layer) == "the filter is dilated");
    layer = square(20, 3);
    layer.format = Format::int8;
    CHECK(why(name, layer) == "integers have no exact Fourier transform; legal: floating-point formats");
  }
}

TEST_CASE("fft declines images beyond 256 and transforms beyond the registers") {
  CHECK(why("fft", square(257, 3)) ==
        "the padded image of 257x257 is larger than 256x256, the largest transform");
  AcceleratorParams arch = roomy_machine();
  arch.vector_unit.registers = 64;
  CHECK(why("fft", square(32, 31), arch) ==
        "the transform of columns of 32 needs 96 registers a lane; vector_unit.registers is 64");
  CHECK(why("fft", square(60, 31)) == "");
}

TEST_CASE("fft_tiling declines tiles beyond the registers, and those that do not hold the filter") {
  CHECK(why("fft_tiling", square(60, 31)) ==
        "the transforms of tiles of 32x32 need at least 1632 registers a lane; vector_unit.registers is 512");
  Layer layer = square(20, 5);
  layer.transform.fft_n = 4;
  CHECK(why("fft_tiling", layer) == "tiles of 4x4 do not hold a 5x5 filter");
  layer.transform.fft_n = 20;
  CHECK(why("fft_tiling", layer) ==
        "the transforms of tiles of 20x20 need at least 660 registers a lane; vector_unit.registers is 512");
  AcceleratorParams small = small_machine(1, 1, kScalar, 1024);
  layer.transform.fft_n = 16;
  CHECK(why("fft_tiling", layer, small) ==
        "1728 bytes of tiles of 16x16 overflow half of the input or output buffer");
}

TEST_CASE("tiles are as large as the layer says, or pays") {
  Layer layer = square(56, 3);
  layer.transform.fft_n = 10;
  FftTiles tiles = tiles_of(layer);
  CHECK(tiles.n == 10);
  CHECK(tiles.out_rows == 8);
  CHECK(tiles.rows == 7);
  CHECK(tiles.data->inputs == 100);
  CHECK(tiles.data->outputs.size() == 10 * 6 * 3);
  CHECK(tiles.filter->outputs.size() == 10 * 6 * 2);
  // 11 taps leave 2 x 2 outputs of a tile of 12, 6 x 6 of one of 16, for not twice the bins.
  CHECK(tiles_of(square(56, 11)).n == 16);
  // Filters of one row or column take lines.
  ConvShape shape = square(56, 3).conv;
  shape.R = 1;
  tiles = tiles_of(conv_layer(shape));
  CHECK((tiles.line && !tiles.down && tiles.height == 1 && tiles.width == tiles.n));
  CHECK(tiles.data->outputs.size() == (tiles.n / 2 + 1) * 3);
  std::swap(shape.R, shape.S);
  tiles = tiles_of(conv_layer(shape));
  CHECK((tiles.line && tiles.down && tiles.height == tiles.n && tiles.width == 1));
  // 31 taps in a row fit lines, though no tile.
  shape.R = 31;
  CHECK(tiles_of(conv_layer(shape)).n >= 32);
}
