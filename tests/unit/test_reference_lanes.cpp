#include <catch2/catch.hpp>
#include <cmath>

#include "sim/reference/lane_interpreter.h"

using namespace systole;

namespace {

/// out0 = -(3 (x0 - x1) / 2), out1 = x1 again, with register 0 taken anew.
LaneProgram sample() {
  return {3,
          2,
          {{LaneOpcode::subtract, 0, 0, 1, 0},
           {LaneOpcode::multiply, 0, 0, 0, 3},
           {LaneOpcode::shift, 2, 0, 0, 0.5F},
           {LaneOpcode::negate, 0, 2, 2, 0},
           {LaneOpcode::copy, 2, 1, 1, 0}},
          {0, 2},
          {},
          {}};
}

}  // namespace

TEST_CASE("lane programs step by step", "[reference]") {
  CHECK(interpret(sample(), std::vector<double>{1, 4}) == std::vector<double>{4.5, 4});
  CHECK(interpret(sample(), std::vector<float>{1, 4}) == std::vector<float>{4.5F, 4});
  CHECK(interpret(sample(), std::vector<int64_t>{2, 4}) == std::vector<int64_t>{3, 4});
  CHECK(interpret_absolute(sample(), {1, 4}) == std::vector<double>{7.5, 4});
  CHECK_THROWS_AS(interpret(sample(), std::vector<int64_t>{1, 4}), std::domain_error);
  CHECK_THROWS_AS(interpret(sample(), std::vector<float>{1}), std::invalid_argument);
}

TEST_CASE("integer lanes shift to the left and divide exactly, negative numbers too", "[reference]") {
  const LaneProgram program{1,   1,  {{LaneOpcode::shift, 0, 0, 0, 8}, {LaneOpcode::divide, 0, 0, 0, 6}},
                            {0}, {}, {}};
  CHECK(interpret(program, std::vector<int64_t>{-9}) == std::vector<int64_t>{-12});
  CHECK_THROWS_AS(interpret(program, std::vector<int64_t>{-8}), std::domain_error);
}

TEST_CASE("floats are rounded at every step, doubles are not", "[reference]") {
  const LaneProgram program{2,   2,  {{LaneOpcode::add, 1, 0, 1, 0}, {LaneOpcode::subtract, 1, 1, 0, 0}},
                            {1}, {}, {}};
  CHECK(interpret(program, std::vector<float>{0x1p24F, 1}) == std::vector<float>{0});
  CHECK(interpret(program, std::vector<double>{0x1p24, 1}) == std::vector<double>{1});
}

TEST_CASE("the longest chain of roundings", "[reference]") {
  // A subtraction and a multiply by a rounded constant; shifts, signs and copies round nothing.
  CHECK(depth(sample()) == 3);
  const LaneProgram idle{1, 1, {}, {0}, {}, {}};
  CHECK(depth(idle) == 0);
}
