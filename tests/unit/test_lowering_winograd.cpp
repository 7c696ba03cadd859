#include <catch2/catch.hpp>

#include "reference_cases.h"
#include "sim/lowering/lowering.h"
#include "sim/lowering/transform/winograd_tiles.h"

namespace systole::test {
namespace {

Layer int8_layer(uint32_t channels, uint32_t taps, uint32_t groups = 1) {
  return conv_layer("int8", {1, groups, channels, 16, 16, groups, taps, taps}, Format::int8);
}

std::string why(const Layer& layer) {
  const AcceleratorParams arch;
  return winograd_declines({layer, arch, Dataflow::output_stationary});
}

}  // namespace

// The channels that a scale of 4, 36 and 576 leaves; that of F(6,3) is 360 a dimension.
TEST_CASE("of int8 only tiles are chosen whose scaled sums fit int32", "[transform]") {
  using Choices = std::vector<uint32_t>;
  CHECK(winograd_choices(int8_layer(25, 3)) == Choices{2, 3, 4});
  CHECK(winograd_choices(int8_layer(26, 3)) == Choices{2, 3});
  CHECK(winograd_choices(int8_layer(404, 3)) == Choices{2, 3});
  CHECK(winograd_choices(int8_layer(405, 3)) == Choices{2});
  CHECK(winograd_choices(int8_layer(3640, 3)) == Choices{2});
  CHECK(winograd_choices(int8_layer(3641, 3)).empty());
  CHECK(winograd_choices(int8_layer(2 * 3640, 3, 2)) == Choices{2});
  CHECK(winograd_choices(conv_layer("fp32", {1, 1, 3641, 16, 16, 1, 3, 3})) == Choices{2, 3, 4, 6});
}

TEST_CASE("Winograd's filtering says which int8 sums overflow", "[transform]") {
  CHECK(why(int8_layer(3640, 3)) == "");
  CHECK(why(int8_layer(3641, 3)) ==
        "F(2x2,3x3) makes sums 4 times as large, and those of 3641 channels overflow int32; legal: up "
        "to 3640");
  Layer layer = int8_layer(1, 5);
  layer.transform.winograd_m = 6;
  CHECK_THAT(why(layer), Catch::StartsWith("F(6x6,5x5) makes sums ") &&
                             Catch::EndsWith(" times as large, and those of 1 channels overflow int32"));
}

// Times 128: F(2x2,3x3) 2 and 3 squared, F(3x3,3x3) 6 and 9; F(4x4,3x3) 10 and 24, F(2x2,5x5) 10 and 31
// overflow int16, in one dimension they do not.
TEST_CASE("the operands of int8 have the width of their tile", "[transform]") {
  const AcceleratorParams arch;
  const auto operands = [&](uint32_t m, uint32_t vertical, uint32_t horizontal) {
    const Layer layer = conv_layer("int8", {1, 1, 1, 16, 16, 1, vertical, horizontal}, Format::int8);
    return winograd_tiles({layer, arch, Dataflow::output_stationary}, make_problem(layer), m).operands;
  };
  CHECK(operands(2, 3, 3) == Format::int16);
  CHECK(operands(3, 3, 3) == Format::int16);
  CHECK(operands(4, 3, 3) == Format::int32);
  CHECK(operands(2, 5, 5) == Format::int32);
  CHECK(operands(2, 1, 5) == Format::int16);
  CHECK(operands(4, 1, 3) == Format::int32);
}

}  // namespace systole::test
